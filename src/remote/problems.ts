import { GraftError, type ErrorValue, type GraftErrorOptions } from '../contract/errors'
import type { Text } from '../contract/text'

const tunnel: Text = {
  en: 'Check that the cluster runs there and that this machine may reach it (a private network or an ssh tunnel).',
  zh: '请检查集群是否正在运行，以及本机能否访问它（专用网络或 ssh 隧道）。'
}

/** Codes of failures that pass by themselves: whoever meets one waits and tries again. */
const passing: readonly string[] = ['cluster-unreachable', 'cluster-silent', 'cluster-failing', 'store-unreachable']

/** Whether waiting may help: the head is down or busy, or the way to it is. */
export const isPassing = (error: unknown): error is GraftError => error instanceof GraftError && passing.includes(error.code)

/** A failure of the way to a cluster, or of the cluster. */
export const clusterProblems = {
  unreachable: (address: string, details: string) => new GraftError('cluster-unreachable', {
    en: `Nothing answers at ${address}.`, zh: `${address} 没有应答。`
  }, { remedy: tunnel, details, field: 'on' }),
  silent: (address: string, seconds: number) => new GraftError('cluster-silent', {
    en: `${address} did not answer within ${seconds} seconds.`, zh: `${address} 在 ${seconds} 秒内没有应答。`
  }, { remedy: tunnel, field: 'on' }),
  failing: (address: string, details: string) => new GraftError('cluster-failing', {
    en: `${address} answers with an error of its own.`, zh: `${address} 返回了自身的错误。`
  }, { remedy: { en: 'Look at the head’s own log; Graft tries again by itself.', zh: '请查看集群主节点的日志；Graft 会自动重试。' }, details }),
  refused: (address: string) => new GraftError('cluster-refused', {
    en: `${address} does not let this machine in.`, zh: `${address} 拒绝了本机的访问。`
  }, { remedy: { en: 'If the cluster asks for a token, set RAY_AUTH_TOKEN and try again.', zh: '若集群需要令牌，请设置 RAY_AUTH_TOKEN 后重试。' }, field: 'on' }),
  notACluster: (address: string, details: string) => new GraftError('not-a-cluster', {
    en: `What answers at ${address} is not Ray's dashboard.`, zh: `${address} 处应答的不是 Ray 的仪表板。`
  }, {
    remedy: { en: 'Use the address that “ray start --head” prints for the dashboard, usually with port 8265.', zh: '请使用“ray start --head”显示的仪表板地址，端口通常为 8265。' },
    details, field: 'on'
  }),
  unreadable: (address: string, details: string) => new GraftError('cluster-answer-unreadable', {
    en: `${address} answered in a way that Graft cannot read.`, zh: `Graft 无法读取 ${address} 的应答。`
  }, { remedy: { en: 'Graft was tried with Ray 2.60; use that version on the cluster.', zh: 'Graft 在 Ray 2.60 上测试过；请在集群上使用该版本。' }, details }),
  rejected: (address: string, details: string) => new GraftError('job-rejected', {
    en: `${address} does not take the job.`, zh: `${address} 不接受该作业。`
  }, { details }),
  noRoom: (address: string, cores: number, gpus: number, most: number) => new GraftError('no-machine-so-large', {
    en: `No machine of ${address} has ${cores} cores${gpus > 0 ? ` and ${gpus} graphics cards` : ''} for a run; the largest has ${most}. The runs wait there until one does.`,
    zh: `${address} 中没有一台机器能为一次运行提供 ${cores} 个核${gpus > 0 ? `和 ${gpus} 块显卡` : ''}；最大的有 ${most} 个核。运行会在那里等待。`
  }, {
    remedy: { en: 'Cancel, and choose fewer cores for each run.', zh: '请取消，并减少每次运行的核数。' }, field: 'cores'
  }),
  noProgram: (program: string) => new GraftError('cluster-not-here', {
    en: `There is no “${program}” on this machine.`, zh: `本机没有“${program}”。`
  }, { remedy: { en: 'Slurm is used from a machine that has its programs, such as a login node.', zh: '请在装有 Slurm 程序的机器（如登录节点）上使用。' }, field: 'on' }),
  badAddress: (address: string) => new GraftError('address-not-valid', {
    en: `“${address}” is not the address of a cluster.`, zh: `“${address}”不是集群的地址。`
  }, {
    remedy: {
      en: 'For Ray it is http://HOST:8265, without a user or a path; for Slurm slurm: or slurm:PARTITION.',
      zh: 'Ray 的地址形如 http://主机:8265，不含用户名和路径；Slurm 为 slurm: 或 slurm:分区。'
    },
    field: 'on', usage: true
  })
}

const storeOptions = (details?: string): GraftErrorOptions => ({
  remedy: { en: 'Mount the folder, or name another one that this machine and the nodes both see.', zh: '请挂载该文件夹，或指定本机与各节点都能访问的其他文件夹。' },
  ...(details !== undefined && { details }), field: 'store'
})

/** A failure of the folder that both sides see. */
export const storeProblems = {
  unreachable: (address: string, details: string) => new GraftError('store-unreachable', {
    en: `The shared folder ${address} cannot be read or written.`, zh: `无法读写共享文件夹 ${address}。`
  }, storeOptions(details)),
  refused: (address: string, details: string) => new GraftError('store-refused', {
    en: `${address} does not let this machine in, or is not there.`, zh: `${address} 拒绝本机访问，或不存在。`
  }, {
    remedy: {
      en: 'Check the bucket’s name and the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, here and on the nodes.',
      zh: '请检查存储桶名称以及本机和各节点上的 AWS_ACCESS_KEY_ID 与 AWS_SECRET_ACCESS_KEY。'
    },
    details, field: 'store'
  }),
  notValid: (address: string) => new GraftError('store-not-valid', {
    en: `“${address}” is neither a folder nor s3://BUCKET/PREFIX.`, zh: `“${address}”既不是文件夹，也不是 s3://存储桶/前缀。`
  }, { field: 'store', usage: true }),
  missing: (key: string, address: string) => new GraftError('store-incomplete', {
    en: `${key} is missing in the shared folder ${address}.`, zh: `共享文件夹 ${address} 中缺少 ${key}。`
  }, storeOptions()),
  damaged: (key: string) => new GraftError('store-damaged', {
    en: `${key} arrived with other bytes than were sent, and is not used.`, zh: `${key} 到达时内容与发送的不同，未被使用。`
  }, { remedy: { en: 'It is sent again the next time; if that happens often, check the shared folder’s disk.', zh: '下次会重新发送；若经常发生，请检查共享文件夹所在的磁盘。' } })
}

/** Why a run did not come home, as its record says it. */
export const runProblems = {
  others: (count: number) => new GraftError('runs-looked-after', {
    en: `Another process of Graft on this machine looks after ${count === 1 ? 'the run that is' : `the ${count} runs that are`} away.`,
    zh: `本机的另一个 Graft 进程正在照看已交出的 ${count} 个运行。`
  }, { remedy: { en: 'They come home through it; should it end, this one goes on with them.', zh: '它们会由该进程取回；若该进程结束，则由本进程接手。' } }),
  notTold: (on: string, { message, details }: ErrorValue): ErrorValue => ({
    code: 'cancel-not-told',
    message: {
      en: `The run was cancelled here, but neither ${on} nor its node could be told; it may be computed there to its end.`,
      zh: `该运行已在本机取消，但无法通知 ${on} 或其节点；它可能会在那里继续计算到结束。`
    },
    details: [message.en, details].filter(Boolean).join('\n')
  }),
  checkpointLeft: ({ message, details }: ErrorValue): ErrorValue => ({
    code: 'checkpoint-left',
    message: {
      en: 'The run ended, but the folder that its last checkpoint may lie in could not be read; what it reached there has not come home.',
      zh: '运行已结束，但无法读取可能存有其最后检查点的文件夹；它在那里的进度尚未取回。'
    },
    remedy: {
      en: 'Graft fetches it when it next starts or looks after runs there, or when this run is resumed, if the folder can be read by then. Resumed without it, the run goes on from what this machine has.',
      zh: '若届时该文件夹可读，Graft 会在下次启动、照看那里的运行或继续此运行时取回它。若仍不可读就继续，则从本机已有的进度开始。'
    },
    details: [message.en, details].filter(Boolean).join('\n')
  }),
  checkpointLost: (store: string, { message, details }: ErrorValue): ErrorValue => ({
    code: 'checkpoint-lost',
    message: {
      en: `What the run had reached elsewhere is damaged in ${store} and has not come home.`, zh: `该运行在别处的进度在 ${store} 中已损坏，未能取回。`
    },
    remedy: { en: 'Resume it: it goes on from what this machine has.', zh: '可继续此运行：从本机已有的进度开始。' },
    details: [message.en, details].filter(Boolean).join('\n')
  }),
  claimUnreadable: (store: string): ErrorValue => ({
    code: 'claim-unreadable',
    message: {
      en: `What says in ${store} which job has the run is empty or damaged.`, zh: `${store} 中记录该运行由哪个作业负责的文件为空或已损坏。`
    },
    remedy: { en: 'Look whether the folder’s disk is full, then start the run again.', zh: '请检查该文件夹所在磁盘是否已满，然后重新启动运行。' }
  }),
  forgotten: (on: string): ErrorValue => ({
    code: 'job-forgotten', message: { en: `${on} does not know the run's job any more.`, zh: `${on} 已不再知道该运行的作业。` }
  }),
  stoppedThere: (on: string): ErrorValue => ({
    code: 'job-stopped', message: { en: `The run was stopped on ${on} by somebody else.`, zh: `该运行在 ${on} 上被他人停止。` },
    remedy: { en: 'Start it again; it goes on from its last checkpoint there.', zh: '请重新启动；它会从那里的最后一个检查点继续。' }
  }),
  noGraft: (program: string, details: string): ErrorValue => ({
    code: 'no-graft-on-node', message: { en: `A node could not start “${program}”.`, zh: `节点无法启动“${program}”。` },
    remedy: {
      en: 'Install Graft on every node, or say with --program how it is called there; “graft workers check” looks at each node.',
      zh: '请在每个节点上安装 Graft，或用 --program 指明其调用方式；“graft workers check”会检查每个节点。'
    },
    details
  }),
  lost: (on: string, details: string): ErrorValue => ({
    code: 'attempts-lost', message: { en: `The run ended on ${on} without a result, several times.`, zh: `该运行在 ${on} 上多次结束而没有结果。` },
    remedy: { en: 'The details show the end of its log there. Start it again once that is mended.', zh: '详情中是其日志的末尾。排除问题后请重新启动。' },
    details
  })
}

/** What is missing on a node. */
export const nodeProblems = {
  silent: (seconds: number) => new GraftError('node-silent', {
    en: `The node did not answer within ${seconds} seconds.`, zh: `该节点在 ${seconds} 秒内没有应答。`
  }, { remedy: { en: 'It may be busy with other jobs, or just starting; check again.', zh: '它可能正忙于其他作业或刚刚启动；请再检查一次。' } }),
  otherVersion: (there: string, here: string) => new GraftError('other-version', {
    en: `Graft there is ${there}, here it is ${here}.`, zh: `那里的 Graft 是 ${there}，本机是 ${here}。`
  }, { remedy: { en: 'Install the same version on every node.', zh: '请在每个节点上安装相同的版本。' } }),
  storeNotSeen: (store: string) => new GraftError('store-not-seen', {
    en: `The node does not see what this machine wrote to ${store}.`, zh: `该节点看不到本机写入 ${store} 的内容。`
  }, {
    remedy: {
      en: 'Mount the same folder on the node; if it lies under another path there, say so with --store-there.',
      zh: '请在节点上挂载同一文件夹；若路径不同，请用 --store-there 指明。'
    },
    field: 'store'
  }),
  storeReadOnly: (store: string) => new GraftError('store-read-only', {
    en: `The node cannot write to ${store}.`, zh: `该节点无法写入 ${store}。`
  }, { remedy: { en: 'Give the user that Ray runs as the right to write there.', zh: '请授予运行 Ray 的用户写入权限。' }, field: 'store' })
}
