/**
 * Lets messages in between two pieces of work: a cancel or a heartbeat takes effect here. Awaiting a promise that is
 * already settled does not do that.
 */
export const yieldToEvents = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve) })
