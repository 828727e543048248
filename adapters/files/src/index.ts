export { FileProblem } from './file-problem.ts';
export { FileServiceTokens, readServiceList, SERVICE_LIST } from './file-service-tokens.ts';
export { FileWebhookTargets, readWebhookTargets } from './file-webhook-targets.ts';
export { FollowedFile, type FileObserver, type FileState, type FollowOptions } from './followed-file.ts';
export { parseList } from './parse-list.ts';
export { entry, listOf, parsed } from './schema.ts';
