/** A layer as a Keras configuration has it, and where it stands among models within models. */
export interface KerasFileLayer { name: string, className: string, config: Record<string, unknown>, inbound: unknown, layers?: KerasModel }
export interface KerasModel { className: string, layers: KerasFileLayer[], inputs: string[], outputs: string[] }
