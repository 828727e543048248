export type From = 'docker' | 'binary';

/** A start that takes longer than this hangs, even on a busy machine. */
export const START_SECONDS = 60;

/** Where one instance of a program runs. In a container, the paths are those of the container. */
export interface Place {
  readonly bind: string;
  readonly port: number;
  /** Writable, and empty at the first start. Data in it survives a restart. */
  readonly folder: string;
  /** Holds the program's `files`. */
  readonly files: string;
}

/** Describes a server program that runs as a process of this machine. */
export interface HostProgram {
  readonly name: string;
  /** The user inside a container, and of a process that would otherwise run as root. */
  readonly user?: string;
  readonly binary: string;
  /** Folders to search after the `PATH`, as globs. */
  readonly binaryFolders: readonly string[];
  /** The name of the package in Debian and Ubuntu. */
  readonly package: string;
  files(place: Place): Readonly<Record<string, string>>;
  command(place: Place): readonly string[];
  /** Matches the line of output that says that the server answers. */
  readonly ready: RegExp;
}

/** Describes a server program that can also run in a container. */
export interface Program extends HostProgram {
  /**
   * The prefix of its environment variables. `…_URL` names a running server, and `…_FROM` requires `docker`
   * or `binary`.
   */
  readonly variables: string;
  readonly image: string;
  /** The port inside a container. A process gets a free one. */
  readonly port: number;
  readonly folderInContainer: string;
}
