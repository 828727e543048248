import {
  Damaged,
  DependencyUnavailable,
  EmailTaken,
  type ImportedUser,
  type NewUser,
  type Origin,
  parseEmail,
  parseEmailPrefix,
  parseIdempotencyKey,
  parsePassword,
  PreconditionFailed,
  SYSTEM,
  UnusableHash,
  type User,
  UserNotFound,
  WeakPassword,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { Hooked } from '../fakes/hooked.ts';
import { anEmail, aUser, aUserId, nextVersion } from '../fakes/samples.ts';
import { anApplicant, client, password, phone, world } from './world.ts';

const origin: Origin = { ...SYSTEM, actor: 'service:support' as Origin['actor'], ...client };

const aNewUser = (members: Partial<NewUser> = {}): NewUser => ({
  email: anEmail(),
  phone: null,
  name: null,
  preferences: {},
  metadata: {},
  emailVerified: false,
  credential: { kind: 'none' },
  ...members,
});

type World = ReturnType<typeof world>;

const eventsOf = async ({ events }: World, { id }: Pick<User, 'id'>) =>
  (await events.ofUser(id, 100)).map(({ type, actor }) => `${type} by ${actor}`);

const logIn = (here: World, { email }: Pick<User, 'email'>) => here.logIn({ email, password }, phone);

describe('adding a user', () => {
  it('records who did it, starts no session, and lets the user log in with the password', async () => {
    const here = world();
    const metadata = { plan: 'gold' };
    const given = aNewUser({ metadata, emailVerified: true, credential: { kind: 'password', password } });
    const user = await here.createUser(given, origin);
    expect(user).toMatchObject({ metadata, status: 'active', deviceId: 'unknown', version: 1 });
    expect(user.emailVerifiedAt).toBe(user.createdAt);
    expect(await eventsOf(here, user)).toEqual(['user.registered by service:support']);
    expect(await here.inspectUser(user.id)).toEqual({ user, sessionCount: 0 });
    expect((await logIn(here, user)).user.id).toBe(user.id);
    expect((await here.inspectUser(user.id)).sessionCount).toBe(1);
  });

  it('takes a hash of the password, and makes it anew at the first login', async () => {
    const here = world();
    const hash = await here.hasher.hash(password);
    here.hasher.memory = 16;
    const user = await here.createUser(aNewUser({ credential: { kind: 'hash', hash } }), origin);
    expect(user.passwordHash).toBe(hash);
    const { user: loggedIn } = await logIn(here, user);
    expect(loggedIn.passwordHash).not.toBe(hash);
    expect(loggedIn.passwordHash).toContain('$m=16,');
  });

  it('leaves the password to a reset when there is none', async () => {
    const here = world();
    const user = await here.createUser(aNewUser(), origin);
    await expect(logIn(here, user)).rejects.toMatchObject({ code: 'invalid-credentials' });
    expect(here.hasher.verified).toContain(user.passwordHash);
    await here.startPasswordReset(user.id);
    await here.deliver();
    expect(here.mailer.mails).toMatchObject([{ kind: 'password-reset', to: user.email, device: {} }]);
  });

  it('refuses weak passwords, unusable hashes and emails that are taken, in any spelling', async () => {
    const here = world();
    const weak = { kind: 'password', password: parsePassword('password123') } as const;
    await expect(here.createUser(aNewUser({ credential: weak }), origin)).rejects.toThrow(WeakPassword);
    const hash = { kind: 'hash', hash: 'secret' } as const;
    await expect(here.createUser(aNewUser({ credential: hash }), origin)).rejects.toThrow(UnusableHash);
    const email = parseEmail('ada@bücher.example');
    await here.userStore.add(aUser({ email: 'ada@xn--bcher-kva.example' as User['email'] }));
    await expect(here.createUser(aNewUser({ email }), origin)).rejects.toThrow(EmailTaken);
  });

  it('gives a repeat with the same key the same user', async () => {
    const here = world();
    const given = aNewUser({ idempotencyKey: parseIdempotencyKey('a') });
    const user = await here.createUser(given, origin);
    expect(await here.createUser(given, origin)).toEqual(user);
    const others = [parseIdempotencyKey('b'), undefined];
    for (const idempotencyKey of others) {
      await expect(here.createUser({ ...given, idempotencyKey }, origin)).rejects.toThrow(EmailTaken);
    }
  });
});

it('does not take a user who has registered with the same key for the one to add', async () => {
  const here = world();
  const [idempotencyKey, email] = [parseIdempotencyKey('order-42'), anEmail()];
  await here.registerUser(anApplicant({ email, idempotencyKey }), password);
  const given = aNewUser({ email, idempotencyKey });
  await expect(here.createUser(given, origin)).rejects.toThrow(EmailTaken);
});

describe('importing users', () => {
  const imported = async (here: World, ...given: NewUser[]) =>
    (await here.importUsers(given, origin)).map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : (outcome.reason as unknown),
    );

  it('adds each user once, and leaves a user who is there as is, without hashing', async () => {
    const here = world();
    const given = aNewUser({ status: 'disabled', credential: { kind: 'hash', hash: 'secret' } });
    const other = aNewUser({ metadata: { plan: 'gold' } });
    const weak = { kind: 'password', password: parsePassword('password123') } as const;
    const [unusable, added, refused] = await imported(here, given, other, aNewUser({ credential: weak }));
    expect(unusable).toBeInstanceOf(UnusableHash);
    expect(refused).toBeInstanceOf(WeakPassword);
    expect(added).toMatchObject({ status: 'created' });
    const { id } = await here.createUser({ ...given, credential: { kind: 'none' } }, origin);
    expect(await imported(here, other, given)).toEqual([
      { ...(added as object), status: 'unchanged' },
      { id, status: 'unchanged' },
    ]);
    expect(await here.userStore.findById(id)).toMatchObject({ version: 1, status: 'disabled' });
    expect(await eventsOf(here, { id })).toEqual(['user.registered by service:support']);
  });

  it('knows a user under another spelling of the email', async () => {
    const here = world();
    const old = aUser({ email: 'ada@xn--bcher-kva.example' as User['email'] });
    await here.userStore.add(old);
    const given = aNewUser({ email: parseEmail('ada@bücher.example') });
    expect(await imported(here, given)).toEqual([{ status: 'unchanged', id: old.id }]);
  });

  it('lets one of many imports of one email add the user, together and at once', async () => {
    const here = world();
    const given = aNewUser();
    const batches = Array.from({ length: 5 }, () => imported(here, given, given));
    const all = (await Promise.all(batches)).flat() as ImportedUser[];
    expect(all.filter(({ status }) => status === 'created')).toHaveLength(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  it('fails each user whom a lost store may not have added', async () => {
    const here = world();
    const failure = new DependencyUnavailable('user store');
    const there = aNewUser();
    const { id } = await here.createUser(there, origin);
    const users = new Hooked(here.userStore);
    const { importUsers } = here.createUseCases({ userStore: users.port });
    users.failOnce('after', 'addAll', failure);
    const given = [aNewUser(), there, aNewUser()];
    const lost = { status: 'rejected', reason: failure };
    expect(await importUsers(given, origin)).toEqual([
      lost,
      { status: 'fulfilled', value: { id, status: 'unchanged' } },
      lost,
    ]);
    users.failOnce('before', 'idsByEmail', failure);
    expect(await importUsers(given, origin)).toEqual([lost, lost, lost]);
  });

  it('fills no cache', async () => {
    const here = world();
    const [{ id }] = (await imported(here, aNewUser())) as [ImportedUser];
    await here.userStore.update(id, nextVersion);
    // Only an entry of the cache could be older.
    expect((await here.users.findById(id))?.version).toBe(2);
  });
});

const NOBODY = { users: [], damaged: [], next: null };

describe('listing users', () => {
  it('finds one by any spelling of the email, if the rest of the filter takes the user', async () => {
    const here = world();
    const user = aUser({ email: 'ada@xn--bcher-kva.example' as User['email'] });
    await here.userStore.add(user);
    const email = parseEmail('ada@bücher.example');
    expect(await here.listUsers({ email }, 10)).toEqual({ users: [user], damaged: [], next: null });
    expect(await here.listUsers({ email, status: 'disabled' }, 10)).toEqual(NOBODY);
    expect(await here.listUsers({ email: anEmail() }, 10)).toEqual(NOBODY);
  });

  it('exports everybody', async () => {
    const here = world();
    const users = Array.from({ length: 450 }, () => aUser());
    for (const user of users) await here.userStore.add(user);
    const exported: User[] = [];
    for await (const page of here.exportUsers()) exported.push(...page);
    expect(exported).toEqual(users);
    expect((await here.listUsers({ emailPrefix: parseEmailPrefix('user') }, 200)).users).toHaveLength(200);
  });

  it('tells the log who is damaged, and exports everybody else before it fails', async () => {
    const here = world();
    const [ada, bob, damaged] = [aUser(), aUser(), aUserId()];
    const pages = [
      { users: [ada], damaged: [damaged], next: ada.id },
      { users: [bob], damaged: [], next: null },
    ];
    here.store.list = (_filter, _limit, after) =>
      Promise.resolve(pages[after === undefined ? 0 : 1] ?? NOBODY);
    const named = { level: 'error', details: { user_id: damaged }, message: expect.any(String) as string };
    expect(await here.listUsers({}, 10)).toEqual(pages[0]);
    expect(here.logger.lines.splice(0)).toEqual([named]);
    const exported: User[] = [];
    const exporting = async () => {
      for await (const page of here.exportUsers()) exported.push(...page);
    };
    await expect(exporting()).rejects.toThrow(Damaged);
    expect(exported).toEqual([ada, bob]);
    expect(here.logger.lines).toEqual([named]);
  });
});

describe('changing a user', () => {
  const added = async (here: World, members: Partial<NewUser> = {}) =>
    here.createUser(aNewUser({ credential: { kind: 'password', password }, ...members }), origin);

  it('merges metadata and preferences, and records the change', async () => {
    const here = world();
    const user = await added(here, { metadata: { a: 1, b: { c: 2 } }, preferences: { theme: 'dark' } });
    const changed = await here.updateUser(
      user.id,
      { metadata: { a: null, b: { d: 3 } }, preferences: null },
      origin,
    );
    expect(changed).toMatchObject({ metadata: { b: { c: 2, d: 3 } }, preferences: {}, version: 2 });
    expect(await here.users.findById(user.id)).toEqual(changed);
    expect(await eventsOf(here, user)).toContain('user.updated by service:support');
  });

  it('disables a user, ends every session at once, and enables the user again', async () => {
    const here = world();
    const { user, auth } = await here.registerUser(anApplicant(), password);
    await here.updateUser(user.id, { status: 'disabled' }, origin);
    await expect(here.authenticate(auth.token)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(logIn(here, user)).rejects.toMatchObject({ code: 'invalid-credentials' });
    await here.updateUser(user.id, { status: 'active' }, origin);
    await expect(here.authenticate(auth.token)).rejects.toMatchObject({ code: 'unauthenticated' });
    await logIn(here, user);
    expect((await eventsOf(here, user)).filter((event) => event.includes('support'))).toEqual([
      'user.enabled by service:support',
      'user.disabled by service:support',
    ]);
  });

  it('changes the email, which is not verified then, unless the patch says so', async () => {
    const here = world();
    const user = await added(here, { emailVerified: true });
    const moved = await here.updateUser(user.id, { email: anEmail() }, origin);
    expect(moved.emailVerifiedAt).toBeNull();
    const verified = await here.updateUser(user.id, { email: anEmail(), emailVerified: true }, origin);
    expect(verified.emailVerifiedAt).not.toBeNull();
    const repeated = await here.updateUser(user.id, { emailVerified: true }, origin);
    expect(repeated).toEqual(verified);
    expect(await eventsOf(here, user)).toEqual([
      'user.email_verified by service:support',
      'user.email_changed by service:support',
      'user.email_changed by service:support',
      'user.registered by service:support',
    ]);
    const other = await added(here);
    await expect(here.updateUser(user.id, { email: other.email }, origin)).rejects.toThrow(EmailTaken);
  });

  it('writes nothing when nothing changes', async () => {
    const here = world();
    const user = await added(here, { metadata: { a: 1 } });
    const patch = { status: 'active', metadata: { a: 1, b: null }, name: null, email: user.email } as const;
    expect(await here.updateUser(user.id, patch, origin)).toEqual(user);
    expect(await eventsOf(here, user)).toEqual(['user.registered by service:support']);
  });

  it('lets all of many changes at once survive, each with its event', async () => {
    const here = world();
    const user = await added(here);
    const patches = Array.from({ length: 10 }, (_, n) => ({ metadata: { [n]: n } }));
    await Promise.all(patches.map((patch) => here.updateUser(user.id, patch, origin)));
    expect(Object.keys((await here.inspectUser(user.id)).user.metadata)).toHaveLength(10);
    expect(await eventsOf(here, user)).toHaveLength(11);
  });

  it('applies to the version of the condition only, and knows no user who is gone', async () => {
    const here = world();
    const user = await added(here);
    const isOther = (version: number) => version === 2;
    await expect(here.updateUser(user.id, { name: null }, origin, isOther)).rejects.toThrow(
      PreconditionFailed,
    );
    await expect(here.updateUser(aUserId(), {}, origin)).rejects.toThrow(UserNotFound);
  });

  it('refuses metadata beyond the limits, and names the place', async () => {
    const here = world();
    const user = await added(here, { metadata: { a: 'x'.repeat(16_000) } });
    const patch = { metadata: { b: 'x'.repeat(1_000) } };
    await expect(here.updateUser(user.id, patch, origin)).rejects.toMatchObject({
      faults: [{ path: ['metadata'] }],
    });
  });
});

describe('removing a user', () => {
  it('deletes a user, also a disabled one, and can be repeated', async () => {
    const here = world();
    const { user, auth } = await here.registerUser(anApplicant(), password);
    await here.updateUser(user.id, { status: 'disabled' }, origin);
    await here.removeUser(user.id, origin);
    await here.removeUser(user.id, origin);
    await here.removeUser(aUserId(), origin);
    await expect(here.inspectUser(user.id)).rejects.toThrow(UserNotFound);
    await expect(here.authenticate(auth.token)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await eventsOf(here, user)).filter((event) => event.startsWith('user.deleted'))).toHaveLength(1);
    await here.registerUser(anApplicant({ email: user.email }), password);
  });

  it('ends a user whose record is damaged, and everything that belongs to them', async () => {
    const here = world();
    const { user, auth } = await here.registerUser(anApplicant(), password);
    const { store } = here;
    const damaged = () => Promise.reject(new Damaged('The record cannot be read.'));
    store.update = damaged;
    await expect(here.removeUser(user.id, origin, () => true)).rejects.toThrow(PreconditionFailed);
    await here.removeUser(user.id, origin);
    await expect(here.authenticate(auth.token)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await here.sessions.removeOf(user.id, 10)).toEqual([]);
    expect((await eventsOf(here, user)).filter((event) => event.startsWith('user.deleted'))).toHaveLength(1);
    await here.registerUser(anApplicant({ email: user.email }), password);
  });

  it('keeps a user who is at another version than the condition says', async () => {
    const here = world();
    const { user } = await here.registerUser(anApplicant(), password);
    await expect(here.removeUser(user.id, origin, () => false)).rejects.toThrow(PreconditionFailed);
    expect((await here.inspectUser(user.id)).user).toEqual(user);
  });
});

it('ends all sessions of a user, as often as it is asked to', async () => {
  const here = world();
  const { user, auth } = await here.registerUser(anApplicant(), password);
  await here.endAllSessions(user.id, origin);
  await here.endAllSessions(user.id, origin);
  await expect(here.authenticate(auth.token)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect((await here.inspectUser(user.id)).sessionCount).toBe(0);
  expect(await eventsOf(here, user)).toContain('session.ended by service:support');
  await expect(here.endAllSessions(aUserId(), origin)).rejects.toThrow(UserNotFound);
});

describe('starting a reset for a user', () => {
  it('mails nothing to a disabled user, and knows no user who is gone', async () => {
    const here = world();
    const user = await here.createUser(aNewUser({ status: 'disabled' }), origin);
    expect(await here.startPasswordReset(user.id)).toMatchObject({ expiresIn: 900 });
    await here.deliver();
    expect(here.mailer.mails).toEqual([]);
    await expect(here.startPasswordReset(aUserId())).rejects.toThrow(UserNotFound);
  });
});
