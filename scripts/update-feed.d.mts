export const feedName: string
export function writeFeed(options: { folder: string, address: string, version: string, privateKey: string }): Promise<string>
export function newKeys(): { privateKey: string, publicKey: string }
