/** The user of all examples in the API description. */
export const ADA = {
  email: 'ada@example.com',
  password: 'correct horse battery staple',
  device_id: 'ada-phone',
  phone: '+4930123456',
  name: 'Ada Lovelace',
  preferences: { theme: 'dark', language: 'en' },
};

export const USER_ID = 'usr_019c136349c070008000000000000ada';
/** Has the form of a token, and says in base64url that it is none. */
export const TOKEN = 'atk_anVzdCBhbiBleGFtcGxlIGFuZCBub3QgYSB0b2tlbi4';
export const REFRESH_TOKEN =
  'rtk_019c136349c070008000000000000ada' +
  'anVzdCBhbiBleGFtcGxlIGFuZCBub3QgYSB0b2tlbi4bm90IGEgc2VjcmV0LCBidXQgYSBsaW5lIG9mIHRleHQ';
export const DEVICE_TOKEN = 'dtk_anVzdCBhbiBleGFtcGxlIGFuZCBub3QgYSB0b2tlbi4';
export const SESSION_ID = 'ses_019c136349c070008000000000000ada';
export const CHALLENGE = 'chl_00000000000000000000000000000ada';
export const CODE = '7K3QM-9XWPA';
export const EVENT_ID = 'evt_019c136349c070008000000000000ada';
export const REQUEST_ID = '5f0c1d2e3a4b5c6d7e8f9012-42';
export const REGISTERED_AT = '2026-01-31T09:30:00.000Z';
export const LOGGED_IN_AT = '2026-02-01T08:15:30.250Z';
