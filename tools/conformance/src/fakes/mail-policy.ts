import type { MailPolicy } from '@user-management/domain';
import { aSecret } from './samples.ts';

export const sampleMailPolicy: MailPolicy = {
  secretKey: aSecret(),
  codeTtlReset: 900,
  codeTtlVerify: 86_400,
  notifyNewDevice: false,
};
