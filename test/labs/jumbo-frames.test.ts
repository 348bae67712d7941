import { testLab } from './test-lab.ts';

testLab('jumbo-frames');
