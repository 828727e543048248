import { MemoryServiceTokens } from '@user-management/memory';
import { describeServiceTokens } from '../ports/service-tokens.ts';

describeServiceTokens('MemoryServiceTokens', () => {
  const services = new MemoryServiceTokens();
  return { services, replace: (entries) => Promise.resolve().then(() => services.replace(entries)) };
});
