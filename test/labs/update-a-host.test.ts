import { testLab } from './test-lab.ts';

testLab('update-a-host');
