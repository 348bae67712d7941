import { testLab } from './test-lab.ts';

testLab('standard-switches');
