import type { Store } from './store'

/** A store whose program is loaded when it is first asked: most people never need it. */
export class LazyStore implements Store {
  private opened: Promise<Store> | undefined

  constructor(readonly address: string, readonly pace: number, private readonly open: () => Promise<Store>) {}

  read = async (key: string): Promise<Uint8Array | undefined> => (await this.store()).read(key)
  write = async (key: string, content: Uint8Array | string): Promise<void> => (await this.store()).write(key, content)
  create = async (key: string, content: string): Promise<boolean> => (await this.store()).create(key, content)
  list = async (key: string): Promise<string[]> => (await this.store()).list(key)
  send = async (key: string, path: string): Promise<void> => (await this.store()).send(key, path)
  fetch = async (key: string, path: string): Promise<boolean> => (await this.store()).fetch(key, path)
  size = async (key: string): Promise<number | undefined> => (await this.store()).size(key)
  remove = async (key: string): Promise<void> => (await this.store()).remove(key)

  private store(): Promise<Store> {
    return this.opened ??= this.open()
  }
}
