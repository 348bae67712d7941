import { testLab } from './test-lab.ts';

testLab('esxi-shell-first-steps');
