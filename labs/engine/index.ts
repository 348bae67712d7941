/** Task state of a running lab: events in, new state and effects out; no I/O. */
export { type PlayHost, type PlayHosts, playSolution, playSteps } from './play.ts';
export { type EngineEffect, type EngineEvent, hintCost, type Reduced, reduce, scoreOf } from './reduce.ts';
export { type EngineState, engineState, resumeState, startState, type TaskState } from './state.ts';
export { type LabView, viewLab } from './view.ts';
