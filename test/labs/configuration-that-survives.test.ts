import { testLab } from './test-lab.ts';

testLab('configuration-that-survives');
