/** A network of more numbers than this was trained on large data, and is disturbed by large steps. */
export const largeNetwork = 3_000_000

/** Steps without which a network learns too little, where its method says nothing else. */
export const leastSteps = 400

/** Of a large network that knows something already: it learns new classes in far fewer. */
export const leastStepsOfLarge = 100

/** Steps of a head on kept features, for each class that it has to tell apart. */
export const headStepsPerClass = 50

/** A training of fewer steps computes them operation by operation: compiling functions would take as long as they save. */
export const leastStepsForFunctions = 100
