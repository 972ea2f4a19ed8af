/**
 * What this machine and every node of a cluster can reach. Keys are paths with `/`. A value is there whole or not at all;
 * a later write replaces it.
 */
export interface Store {
  /** As a person wrote it. */
  readonly address: string
  /** Undefined where there is nothing under the key. @throws `store-unreachable`, as all of these */
  read(key: string): Promise<Uint8Array | undefined>
  write(key: string, content: Uint8Array | string): Promise<void>
  /** Sends a file. */
  send(key: string, path: string): Promise<void>
  /** Writes what lies under the key to a new file; false where there is nothing. */
  fetch(key: string, path: string): Promise<boolean>
  /** Its size in bytes. */
  size(key: string): Promise<number | undefined>
  /** Names directly below a key, in order. */
  names(key: string): Promise<string[]>
  /** Removes a value, or all below a key. Quiet where there is nothing. */
  remove(key: string): Promise<void>
}
