import { testLab } from './test-lab.ts';

testLab('roll-back');
