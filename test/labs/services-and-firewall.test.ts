import { testLab } from './test-lab.ts';

testLab('services-and-firewall');
