/** For somebody who has trained nothing yet: from the first network to a valid comparison, three presses of Start. */
export { default as FirstSteps } from './FirstSteps.vue'
export { firstComparison, nextStep } from './next-step'
