import { testLab } from './test-lab.ts';

testLab('nic-teaming');
