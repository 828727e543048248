export type From = 'docker' | 'binary';

/** Longer means that it hangs, also on a busy machine. */
export const START_SECONDS = 60;

/** Where one instance of a program runs: in a container the paths are those of the container. */
export interface Place {
  readonly bind: string;
  readonly port: number;
  /** Writable and empty; data that outlives a restart goes here. */
  readonly folder: string;
  /** Holds the program's `files`. */
  readonly files: string;
}

/** A server program, described so that it can run as a process of this machine or in a container. */
export interface Program {
  readonly name: string;
  /**
   * How its environment variables begin: `…_URL` names a server that is there, `…_FROM` forces `docker` or
   * `binary`.
   */
  readonly variables: string;
  readonly image: string;
  /** Fixed inside a container; a process gets a free one. */
  readonly port: number;
  /** The user inside a container, and the one to change to where a process would run as root. */
  readonly user?: string;
  readonly folderInContainer: string;
  readonly binary: string;
  /** Folders beside those of the `PATH`, as globs. */
  readonly binaryFolders: readonly string[];
  /** The package of Debian and Ubuntu. */
  readonly package: string;
  readonly files: Readonly<Record<string, string>>;
  command(place: Place): readonly string[];
  /** The line of its output after which it answers. */
  readonly ready: RegExp;
}
