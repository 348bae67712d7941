import { testLab } from './test-lab.ts';

testLab('signed-code-only');
