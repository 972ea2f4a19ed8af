import { z } from 'zod'
import { idSchema } from './datasets'

/** Where pictures are taken: to ask a model about them, or for the classes of a data set. Each place asks a person once. */
export const cameraPlaceSchema = z.enum(['try', 'classes'])
export type CameraPlace = z.infer<typeof cameraPlaceSchema>

/** What a person, or the system before them, said to the camera's being used. */
export const cameraAnswerSchema = z.enum(['allowed', 'refused', 'system-refused'])
export type CameraAnswer = z.infer<typeof cameraAnswerSchema>

/** Bytes of one picture; a camera's frame as JPEG has less than a tenth of it. */
const mostBytes = 20 << 20

/** A class whose pictures lie in a folder of its name: a name that every system takes for a folder. */
export const folderClassSchema = z.string().trim().min(1).max(60)
  .regex(/^[^\\/:*?"<>|\u0000-\u001f]+$/u).regex(/^[^.].*$/u).regex(/[^. ]$/u)
  .refine((name) => !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$/i.test(name))

/** A frame of the camera, as JPEG, to be kept as a file. */
export const takenPictureSchema = z.object({
  place: cameraPlaceSchema,
  /** The folder that the pictures of one sitting share; a new one where it is absent. */
  folder: idSchema.optional(),
  /** The class that it shows, where it is for a data set. */
  class: folderClassSchema.optional(),
  picture: z.instanceof(Uint8Array).refine(({ byteLength }) => byteLength > 0 && byteLength <= mostBytes)
})
export type TakenPicture = z.infer<typeof takenPictureSchema>

/** Where a picture was kept. */
export const keptPictureSchema = z.object({
  folder: idSchema,
  /** The folder's whole path, from which it is imported. */
  folderPath: z.string(),
  /** The file's name in its class's folder. */
  file: z.string(),
  path: z.string()
})
export type KeptPicture = z.infer<typeof keptPictureSchema>

/** A folder of pictures from the camera, with how many it has of each class. */
export const cameraFolderSchema = z.object({
  folder: idSchema,
  folderPath: z.string(),
  classes: z.array(z.object({ name: z.string(), count: z.int().min(0) }))
})
export type CameraFolder = z.infer<typeof cameraFolderSchema>

/** One picture for a data set, to be deleted. */
export const pictureToRemoveSchema = z.object({ folder: idSchema, class: folderClassSchema, file: z.string().regex(/^\d{1,9}\.jpg$/) })
