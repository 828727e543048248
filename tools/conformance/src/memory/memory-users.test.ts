import { MemoryUsers } from '@user-management/memory';
import { describeUserRepository } from '../ports/user-repository.ts';

describeUserRepository('MemoryUsers', () => ({ repository: new MemoryUsers() }), { durable: false });
