/** Of what the API answers, the parts that are looked at. */
export interface List<Item> {
  readonly items: readonly Item[];
}

interface Metadata {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
}

export interface Namespace {
  readonly metadata: Metadata;
}

/** Of Secrets the values are in base64. */
export interface WithData {
  readonly data?: Readonly<Record<string, string>>;
}

export interface Service {
  readonly spec: { readonly ports?: readonly { readonly port: number }[] };
}

export interface EndpointSlice {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
}

export interface Deployment {
  readonly metadata: Metadata;
  readonly spec: {
    readonly replicas?: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[];
        }[];
      };
    };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Pod {
  readonly metadata: Metadata;
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

export interface ContainerStatus {
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: { readonly waiting?: Reason };
  readonly lastState?: { readonly terminated?: Reason & { readonly exitCode: number } };
}

interface Reason {
  readonly reason?: string;
  readonly message?: string;
}
