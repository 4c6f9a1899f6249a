export { chooseEngine, type Engine, type ModelChoice } from './choose-engine.ts'
export { findAgent } from './find-agent.ts'
export { type Route, type RouteSettings, routeAgent, scoreAgents } from './route-agent.ts'
