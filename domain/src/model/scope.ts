/** What a service token is good for. */
export const SCOPES = ['introspect', 'users:read', 'users:write', 'audit:read'] as const;

export type Scope = (typeof SCOPES)[number];
