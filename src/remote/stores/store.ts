/**
 * What this machine and every node of a cluster can reach. Keys are paths with `/`. A value is there whole or not at all;
 * a later write replaces it.
 */
export interface Store {
  /** As a person wrote it. */
  readonly address: string
  /** How long to wait between two looks, in milliseconds: where each costs money, fewer are better. */
  readonly pace: number
  /** Undefined where there is nothing under the key. @throws `store-unreachable`, as all of these */
  read(key: string): Promise<Uint8Array | undefined>
  write(key: string, content: Uint8Array | string): Promise<void>
  /** Writes a small value where there is none yet. False where there is one: of several who try, one succeeds. */
  create(key: string, content: string): Promise<boolean>
  /** The last part of each key directly below this one, in order. */
  list(key: string): Promise<string[]>
  /** Sends a file. */
  send(key: string, path: string): Promise<void>
  /** Writes what lies under the key to a new file; false where there is nothing. */
  fetch(key: string, path: string): Promise<boolean>
  /** Its size in bytes. */
  size(key: string): Promise<number | undefined>
  /** Removes a value, or all below a key. Quiet where there is nothing. */
  remove(key: string): Promise<void>
}
