import type { ServiceConfinement, ServiceRequest } from '../plugin-api/index.ts'
import type { Gate } from '../security/gate.ts'
import type { ProfileSettings } from '../security/permissions/permissions-of-profile.ts'
import type { Places } from '../security/places.ts'
import { type CommandNetwork, createCommandNetwork } from '../tools/context/command-network.ts'
import type { ThreadSecurity } from './open-thread-security.ts'
import { serviceCeiling } from './service-ceiling.ts'

/** What a program that runs beside a thread is held to. */
export interface HeldService extends Pick<ProfileSettings, 'protection' | 'temp'> {
  /** Decides for it alone. */
  readonly gate: Gate
  readonly network: CommandNetwork
  readonly confinement: ServiceConfinement
}

/** What the thread gives. */
export interface HoldDeps {
  readonly threadId: string
  readonly gate: Pick<Gate, 'permissions'>
  readonly security: Pick<ThreadSecurity, 'profile' | 'profileNamed' | 'gateUnder'>
  readonly places: Places
}

/** Makes the gate and the network of one program. @throws CodexError `usage.unknown_definition`, `definition.invalid` */
export async function holdService(
  { name, hold }: Pick<ServiceRequest, 'name' | 'hold'>,
  { threadId, gate, security, places }: HoldDeps,
): Promise<HeldService> {
  const { id: profile, settings: ofThread } = security.profile
  const thread = { profile, permissions: gate.permissions, settings: ofThread }
  const profileNamed = (id: string) => security.profileNamed(id)
  const { permissions, settings, reach, confinement } = await serviceCeiling(hold, thread, { places, profileNamed })
  const own = security.gateUnder(threadId, [{ name, permissions }], settings)
  return {
    gate: own,
    network: createCommandNetwork({ gate: { ...own, networkReach: reach } }),
    protection: settings.protection,
    temp: settings.temp,
    confinement,
  }
}
