import { USER_ID_PATTERN } from '@user-management/domain';
import * as z from 'zod';
import { USER, user } from './answers.ts';
import { ADA, USER_ID } from './examples.ts';

/** What operators get about users. */

const metadata = () =>
  z.record(z.string(), z.unknown()).meta({ description: 'Notes of operators, which the user never sees.' });

const ADMIN_USER = { ...USER, metadata: { plan: 'gold' } };

export const adminUser = () =>
  z.strictObject({ ...user().shape, metadata: metadata() }).meta({
    title: 'AdminUser',
    description: 'A user as operators see it. Unknown values are `null`.',
    examples: [ADMIN_USER],
  });

export const inspectedUser = () =>
  z
    .strictObject({
      ...adminUser().shape,
      session_count: z.int().min(0).meta({ description: 'The sessions that are alive.' }),
    })
    .meta({
      title: 'InspectedUser',
      description: 'A user as operators see it, with the sessions that are alive.',
      examples: [{ ...ADMIN_USER, session_count: 2 }],
    });

export const userList = () =>
  z
    .strictObject({
      users: z.array(adminUser()),
      next_cursor: z
        .string()
        .nullable()
        .meta({
          description:
            'Send it as `cursor` to get the next page. `null`: there are no more users. A page may have ' +
            'fewer users than `limit`, even none, and still have one.',
        }),
    })
    .meta({
      title: 'UserList',
      description: 'A page of users.',
      examples: [{ users: [ADMIN_USER], next_cursor: null }],
    });

export const importResult = () =>
  z
    .strictObject({
      line: z.int().positive().meta({ description: 'The number of the line, from 1.' }),
      status: z.enum(['created', 'unchanged', 'failed']).meta({
        description: '`unchanged`: somebody has the email already, and keeps everything.',
      }),
      user_id: z.string().regex(USER_ID_PATTERN).optional(),
      code: z.string().optional().meta({ description: 'Why the line failed: the `code` of a problem.' }),
      detail: z.string().optional().meta({ description: 'What is wrong with the line, for people.' }),
    })
    .meta({
      title: 'ImportResult',
      description: 'What became of one line.',
      examples: [{ line: 1, status: 'created', user_id: USER_ID }],
    });

export const exportedUser = () =>
  z.looseObject({ email: z.string() }).meta({
    title: 'ExportedUser',
    description: 'A user as in a list. With `hashes=true`: a user as an import takes it.',
    examples: [{ email: ADA.email, email_verified: true, name: ADA.name, password_hash: '$argon2id$…' }],
  });
