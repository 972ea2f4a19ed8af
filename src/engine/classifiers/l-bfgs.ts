/** A function's value and gradient. */
export type Objective = (point: Float64Array) => { value: number, gradient: Float64Array }

interface MinimiseOptions {
  iterations: number
  /** Ends when no part of the gradient is larger. */
  tolerance: number
  /** After each iteration; throw to stop. */
  after?(iteration: number): Promise<void>
}

const memory = 10

/**
 * Limited-memory BFGS (Nocedal and Wright 2006, algorithm 7.5) with steps that meet the weak Wolfe conditions by
 * bisection. No library was fit (docs/classical.md): optimization-js has no line search and no end, fmin's conjugate
 * gradients took more than twice the evaluations, and neither lets a message in between two steps.
 * @returns the point, and whether the tolerance was reached
 */
export async function minimise(
  objective: Objective, start: Float64Array, { iterations, tolerance, after }: MinimiseOptions
): Promise<{ point: Float64Array, converged: boolean }> {
  let point = start
  let { value, gradient } = objective(point)
  const steps: { moved: Float64Array, change: Float64Array, curvature: number }[] = []
  for (let iteration = 0; iteration < iterations; iteration++) {
    if (largest(gradient) <= tolerance) return { point, converged: true }
    let direction = quasiNewton(gradient, steps)
    if (dot(direction, gradient) >= 0) {
      steps.length = 0
      direction = gradient.map((part) => -part)
    }
    const first = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1
    const next = search(objective, point, value, gradient, direction, first)
    if (!next) return { point, converged: false }
    const moved = next.point.map((part, index) => part - point[index]!)
    const change = next.gradient.map((part, index) => part - gradient[index]!)
    const curvature = dot(moved, change)
    if (curvature > 1e-12) {
      steps.push({ moved, change, curvature })
      if (steps.length > memory) steps.shift()
    }
    ;({ point, value, gradient } = next)
    await after?.(iteration)
  }
  return { point, converged: largest(gradient) <= tolerance }
}

function quasiNewton(gradient: Float64Array, steps: readonly { moved: Float64Array, change: Float64Array, curvature: number }[]): Float64Array {
  const direction = gradient.map((part) => -part)
  const shares = new Array<number>(steps.length)
  for (let index = steps.length - 1; index >= 0; index--) {
    const { moved, change, curvature } = steps[index]!
    shares[index] = dot(moved, direction) / curvature
    addTo(direction, change, -shares[index]!)
  }
  const last = steps.at(-1)
  if (last) {
    const scale = last.curvature / dot(last.change, last.change)
    for (let index = 0; index < direction.length; index++) direction[index]! *= scale
  }
  for (const [index, { moved, change, curvature }] of steps.entries()) {
    addTo(direction, moved, shares[index]! - dot(change, direction) / curvature)
  }
  return direction
}

interface Reached { point: Float64Array, value: number, gradient: Float64Array }

function search(
  objective: Objective, point: Float64Array, value: number, gradient: Float64Array, direction: Float64Array, first: number
): Reached | undefined {
  const slope = dot(gradient, direction)
  let [low, high, length] = [0, Infinity, first]
  let best: Reached | undefined
  for (let attempt = 0; attempt < 30; attempt++) {
    const there = point.map((part, index) => part + length * direction[index]!)
    const reached = { point: there, ...objective(there) }
    if (!(reached.value <= value + 1e-4 * length * slope)) high = length
    else {
      best = reached
      if (dot(reached.gradient, direction) >= 0.9 * slope) return best
      low = length
    }
    length = Number.isFinite(high) ? (low + high) / 2 : 2 * low
  }
  return best
}

const dot = (first: Float64Array, second: Float64Array): number => {
  let sum = 0
  for (let index = 0; index < first.length; index++) sum += first[index]! * second[index]!
  return sum
}
const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
function addTo(values: Float64Array, other: Float64Array, factor: number): void {
  for (let index = 0; index < values.length; index++) values[index]! += factor * other[index]!
}
