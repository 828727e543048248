import type {
  Authenticate,
  LogIn,
  LogOut,
  MergePreferences,
  ReadUser,
  RegisterUser,
  ReplacePreferences,
} from '@user-management/domain';

export interface UseCases {
  readonly registerUser: RegisterUser;
  readonly logIn: LogIn;
  readonly logOut: LogOut;
  readonly authenticate: Authenticate;
  readonly readUser: ReadUser;
  readonly replacePreferences: ReplacePreferences;
  readonly mergePreferences: MergePreferences;
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'draining';
  readonly redis: 'connected' | 'disconnected';
  /** Whether requests should be sent here; a service that only lost its cache may well go on. */
  readonly serving: boolean;
}

/** Everything that a route may call. */
export interface Services {
  readonly useCases: UseCases;
  health(): Health;
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
}
