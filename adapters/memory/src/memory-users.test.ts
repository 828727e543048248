import { describeUserRepository } from '@user-management/domain/conformance';
import { MemoryUsers } from './memory-users.ts';

describeUserRepository('MemoryUsers', () => ({ repository: new MemoryUsers() }), { durable: false });
