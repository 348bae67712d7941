import { testLab } from './test-lab.ts';

testLab('bank-that-does-not-boot');
