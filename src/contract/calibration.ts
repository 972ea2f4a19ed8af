import { z } from 'zod'

const errorsSchema = z.object({ before: z.number(), after: z.number() })

/** What the validation images told of how sure a model may be, and of pictures that are none of its classes. */
export const calibrationSchema = z.object({
  /** Validation images there were. */
  images: z.int(),
  /** Logits are divided by it before they become probabilities; absent where no label was granted to find it with. */
  temperature: z.number().positive().optional(),
  /** Images that the temperature was found on, where that were not all of them. */
  temperatureImages: z.int().optional(),
  /** Expected calibration error with and without the temperature: on the images that it was found on, and on the test images. */
  expectedCalibrationError: z.object({ validation: errorsSchema, test: errorsSchema.optional() }).optional(),
  /** A picture that is stranger than this is none of the classes; absent where too few validation images tell it. */
  noneOfThese: z.object({
    /** How strange a picture is: the energy of its logits, or for a classifier without energies what the first class lacks to certainty. */
    score: z.enum(['energy', 'uncertainty']),
    threshold: z.number(),
    /** Share of pictures like those of the data set that are wrongly turned away, at most about this. */
    expected: z.number(),
    /** The share of the test images that was. */
    test: z.object({ share: z.number(), images: z.int() }).optional()
  }).optional(),
  /** A picture whose features lie farther than this from those of training pictures is unlike them; absent where that was not measured. */
  unlike: z.object({
    /** To which of the nearest training pictures the distance is taken, and how many of them are kept beside the model. */
    neighbour: z.int().min(1),
    references: z.int().min(1),
    /** Pictures whose distances told the threshold; the validation images where that is not said. */
    images: z.int().optional(),
    /** Between features of length one: from 0 to 2. */
    threshold: z.number(),
    /** Share of pictures like those of the data set that are wrongly called unlike them, at most about this. */
    expected: z.number(),
    test: z.object({ share: z.number(), images: z.int() }).optional()
  }).optional()
})
export type Calibration = z.infer<typeof calibrationSchema>
