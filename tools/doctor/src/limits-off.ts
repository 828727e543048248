/** What both examinations say of a service in Kubernetes that cannot tell its clients apart. */
export const LIMITS_OFF = 'TRUSTED_PROXIES is unset in Kubernetes, so the limits per client address are off.';
export const NAME_PROXIES =
  'set TRUSTED_PROXIES in the settings of the environment to the addresses of the Ingress (docs/abuse.md)';
