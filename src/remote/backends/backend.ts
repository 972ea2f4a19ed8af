import type { ClusterNode } from '../../contract/workers'

/** A job as a cluster is asked to carry it out. */
export interface JobWanted {
  /** Letters, digits, `-` and `_`: a job that is there already under this id is not started again. */
  id: string
  /** For a POSIX shell on a node. */
  command: string
  cores: number
  gpus?: number
  memoryBytes?: number
  /** The node that it must run on, by its id. */
  node?: string
}

/** `unknown`: the cluster has no job of that id, or has forgotten it. */
export type JobState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'stopped' | 'unknown'

export interface JobStanding {
  state: JobState
  /** What the cluster says of it. */
  message?: string
  /** Of a command that ended: what it ended with. */
  exitCode?: number
  /** The node that it runs or ran on. */
  node?: string
}

/** What carries jobs out on other machines. One file each; all that Graft knows of such an engine is said here. */
export interface Backend {
  /** The head's address, as a person wrote it. */
  readonly address: string
  /** What answers there, e.g. `Ray 2.60.0`. @throws GraftError that says why it cannot be used */
  about(): Promise<string>
  /** Hands a job over. Quiet where it has one of that id. */
  submit(job: JobWanted): Promise<void>
  standing(id: string): Promise<JobStanding>
  /** What the job has written so far, errors too; empty where there is nothing to be had. */
  logs(id: string): Promise<string>
  /** Asks a job to end. Quiet where it has ended, or is not known. */
  stop(id: string): Promise<void>
  /** Machines that can be used now. */
  nodes(): Promise<Omit<ClusterNode, 'report' | 'problems'>[]>
}

/** A word for a POSIX shell. */
export const shellWord = (text: string): string => /^[A-Za-z0-9_./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll('\'', '\'\\\'\'')}'`
