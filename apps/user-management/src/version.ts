import service from '../package.json' with { type: 'json' };

/** Of the service, as `/metrics` and the image say it. */
export const { version } = service;
