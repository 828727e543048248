import type { Rate } from '../model/limit.ts';
import type { MailPolicy } from '../model/mail-policy.ts';
import type { PasswordPolicy } from '../model/new-password.ts';
import type { SessionPolicy } from '../model/session.ts';
import type { BreachedPasswords } from '../ports/breached-passwords.ts';
import type { ChallengeRepository } from '../ports/challenge-repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommonPasswords } from '../ports/common-passwords.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { KnownDevices } from '../ports/known-devices.ts';
import type { Logger } from '../ports/logger.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { NearCallers } from '../ports/near-callers.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { ServiceTokens } from '../ports/service-tokens.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { WebhookQueue } from '../ports/webhook-queue.ts';
import type { WebhookSender } from '../ports/webhook-sender.ts';
import { applyForRegistration } from './apply-for-registration.ts';
import { authenticate } from './authenticate.ts';
import { authenticateService } from './authenticate-service.ts';
import { changePassword } from './change-password.ts';
import { checkNewPassword } from './check-new-password.ts';
import { confirmEmail } from './confirm-email.ts';
import { confirmRegistration } from './confirm-registration.ts';
import { createUser, prepareUser } from './create-user.ts';
import { deleteUser, finishDeletions, removeUser } from './delete-user.ts';
import { deliverWebhook, pruneWebhooks, readWebhookBacklog, takeWebhooks } from './deliver-webhooks.ts';
import { endSession } from './end-session.ts';
import { endSessions } from './end-sessions.ts';
import { exportAccount } from './export-account.ts';
import { importUsers } from './import-users.ts';
import { inspectUser } from './inspect-user.ts';
import { introspect } from './introspect.ts';
import { listSessions } from './list-sessions.ts';
import { exportUsers, listUsers } from './list-users.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { endAllSessions, logOutEverywhere } from './log-out-everywhere.ts';
import { noteFailure } from './note-failure.ts';
import { noteSeen } from './note-seen.ts';
import { pruneChallenges } from './prune-challenges.ts';
import { pruneEvents } from './prune-events.ts';
import { pruneSessions } from './prune-sessions.ts';
import { listEvents, readActivity } from './read-activity.ts';
import { refreshSession } from './refresh-session.ts';
import { registerUser } from './register-user.ts';
import { requestEmailChange } from './request-email-change.ts';
import { requestEmailVerification } from './request-email-verification.ts';
import { requestPasswordReset, startPasswordReset } from './request-password-reset.ts';
import { resetPassword } from './reset-password.ts';
import { readMailBacklog, sendMail, takeMails } from './send-mails.ts';
import { revokeToken } from './revoke-token.ts';
import { startSession } from './start-session.ts';
import { undoEmailChange } from './undo-email-change.ts';
import { mergePreferences, replacePreferences } from './update-preferences.ts';
import { updateUser } from './update-user.ts';
import { updateProfile } from './update-profile.ts';
import { warmCache } from './warm-cache.ts';

/** What the use cases depend on. Each use case takes the ports that it needs. */
export interface Ports {
  readonly users: UserRepository;
  /** The same users past the cache. Bulk work must not fill the cache with users whom nobody asks for. */
  readonly userStore: UserRepository;
  readonly sessions: SessionRepository;
  readonly events: EventLog;
  readonly challenges: ChallengeRepository;
  readonly outbox: Outbox;
  readonly webhooks: WebhookQueue;
  readonly tokens: TokenStore;
  readonly nearCallers: NearCallers;
  readonly serviceTokens: ServiceTokens;
  readonly knownDevices: KnownDevices;
  readonly hasher: PasswordHasher;
  readonly commonPasswords: CommonPasswords;
  readonly breachedPasswords: BreachedPasswords;
  readonly secrets: Secrets;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly policy: SessionPolicy;
  readonly passwordPolicy: PasswordPolicy;
  readonly auditRetentionDays: number;
  /** `null`: the service sends no mails. Then there is no policy either. */
  readonly mailer: Mailer | null;
  readonly mail: MailPolicy | null;
  /** `null`: no endpoint is configured. */
  readonly webhookSender: WebhookSender | null;
  readonly limiter: RateLimiter;
  /** The limit of mails with codes, and of notices of each kind, to one mailbox. */
  readonly mailRate: Rate;
}

export type UseCases = ReturnType<typeof createUseCases>;

/** Wires all use cases over their ports. */
export function createUseCases(ports: Ports) {
  const ending = { ...ports, endSessions: endSessions(ports) };
  const proving = { ...ports, noteFailure: noteFailure(ports) };
  const starting = { ...proving, startSession: startSession(ending) };
  const choosing = { ...starting, checkNewPassword: checkNewPassword(ports) };
  const stored = { users: ports.userStore };
  const checking = authenticate({ ...ports, noteSeen: noteSeen(ports) });
  return {
    registerUser: registerUser(choosing),
    logIn: logIn(starting),
    refreshSession: refreshSession(ending),
    logOut: logOut(ending),
    logOutEverywhere: logOutEverywhere(ports),
    authenticate: checking,
    introspect: introspect({ authenticate: checking }),
    revokeToken: revokeToken(ending),
    authenticateService: authenticateService(ports),
    listSessions: listSessions(ports),
    endSession: endSession(ending),
    pruneSessions: pruneSessions(ports),
    readActivity: readActivity(ports),
    listEvents: listEvents(ports),
    exportAccount: exportAccount(ports),
    pruneEvents: pruneEvents(ports),
    applyForRegistration: applyForRegistration(choosing),
    confirmRegistration: confirmRegistration(starting),
    requestPasswordReset: requestPasswordReset(ports),
    resetPassword: resetPassword(choosing),
    requestEmailVerification: requestEmailVerification(ports),
    requestEmailChange: requestEmailChange(proving),
    confirmEmail: confirmEmail(ports),
    undoEmailChange: undoEmailChange(ports),
    pruneChallenges: pruneChallenges(ports),
    takeMails: takeMails(ports),
    sendMail: sendMail(ports),
    readMailBacklog: readMailBacklog(ports),
    takeWebhooks: takeWebhooks(ports),
    deliverWebhook: deliverWebhook(ports),
    readWebhookBacklog: readWebhookBacklog(ports),
    pruneWebhooks: pruneWebhooks(ports),
    updateProfile: updateProfile(ports),
    changePassword: changePassword(choosing),
    deleteUser: deleteUser(proving),
    finishDeletions: finishDeletions(ports),
    replacePreferences: replacePreferences(ports),
    mergePreferences: mergePreferences(ports),
    warmCache: warmCache(ports),
    listUsers: listUsers(ports),
    inspectUser: inspectUser(ports),
    createUser: createUser(choosing),
    importUsers: importUsers({ ...stored, prepareUser: prepareUser({ ...choosing, ...stored }) }),
    exportUsers: exportUsers(ports),
    updateUser: updateUser(ports),
    removeUser: removeUser(ports),
    endAllSessions: endAllSessions(ports),
    startPasswordReset: startPasswordReset(ports),
  };
}
