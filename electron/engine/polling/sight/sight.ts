/**
 * Whether this console can see its devices. A device is called down only while something else on its way still answers, or when there is nothing else to ask.
 *
 * Devices are grouped by the way their packets leave this computer: interface and gateway. When a device falls silent and nothing of its group has answered since,
 * witnesses are asked: its gateway, the canaries, and a few devices of other sites. When they are silent too, the group is blind until anything of it answers.
 * When the way itself changes (a cable, a tunnel, a route), the group is on trial until something answers by the new one, or it has its old way again.
 */
import type { BlindCause } from '../../../../shared/model/observation.ts';
import type { Clock } from '../../clock.ts';
import { isTunnel, wayTo, type NetworkView, type OwnNetwork, type Way } from '../../probes/own-network.ts';
import type { PingOutcome } from '../../probes/probe.ts';
import { AnswerTimes } from './answer-times.ts';
import { GatewayWatch } from './gateway-watch.ts';
import type { Moment } from '../liveness.ts';

export type SeenDevice = {
  readonly id: number;
  /** Where its packets go; null while its name is not known. */
  readonly ip: string | null;
  /** While a canary answers, this console sees. */
  readonly canary: boolean;
  /** False: only its further checks tell whether it answers. */
  readonly pinged: boolean;
};

/** Devices that cannot be seen, since the last moment (UTC ms) that one of them answered. `deviceIds`: all that it has met so far. */
export type Blindness = { readonly from: number; readonly cause: BlindCause; readonly detail: string; readonly deviceIds: ReadonlySet<number> };

export type SightParts = {
  readonly clock: Clock;
  readonly network: OwnNetwork;
  /** One echo to a gateway. */
  readonly ping: (address: string) => Promise<PingOutcome>;
  /** Probes of these devices, at once. */
  readonly ask: (deviceIds: readonly number[]) => void;
  /** Devices of one site fail together for a reason of their own: only several sites at once tell of this console. */
  readonly siteOf: (deviceId: number) => string;
  /** Judged as down or unreachable: its silence is explained. */
  readonly isDead: (deviceId: number) => boolean;
  /** It began, or met further devices: those. */
  readonly onBlind: (blindness: Blindness, deviceIds: readonly number[]) => void;
  /** These devices can be judged again. */
  readonly onSight: (deviceIds: readonly number[]) => void;
  /** Nobody is left who cannot be seen for this reason. */
  readonly onOver: (blindness: Blindness) => void;
};

/** What is known when a device has fallen silent. `alone`: there is nobody to ask. */
export type Evidence = 'sees' | 'blind' | 'doubt' | 'alone';

/** A device's silence: its first lost probe was sent at `sentMs`; what was sent from `countsFromMs` on and answered shows that this console saw when that one was lost. */
export type Silence = { readonly sentMs: number; readonly countsFromMs: number };

type Member = SeenDevice & { group: Group; heard: Moment | null };
type Known = Blindness & { readonly deviceIds: Set<number> };
type Blame = { readonly cause: BlindCause; readonly detail: string };
/** `origin`: the way that its members had before. */
type Trial = Blame & { readonly origin: string };
type Group = {
  readonly key: string;
  /** null: there is no way at all. */
  readonly way: Way | null;
  /** Not null: nothing has answered by this way yet, and why it is another one than before. */
  readonly trial: Trial | null;
  readonly members: Set<Member>;
  heard: Moment | null;
  /** Since when there is such a group. */
  born: Moment;
  readonly answers: AnswerTimes;
  blind: Known | null;
  /** When its witnesses were last asked, and the time before that; of the forward clock. */
  askedMs: number;
  askedBeforeMs: number;
  /** When it was last found to have none. */
  aloneMs: number;
};

const lookEveryMs = 1_000;
/** Witnesses are asked within this time; then their silence counts. */
const witnessMs = 1_600;
const mostWitnesses = 5;
const mostCompanions = 3;
const tryEveryMs = 5_000;
const aroundMs = 150;
/** Fewer sites that fall silent together may have a reason of their own. */
const fewestSites = 3;
/** A device that was heard within this time before a silence began counts among those that fell silent. */
const latelyMs = 5 * 60_000;
/** Many that fall silent at one site are not each looked at anew. */
const aloneForMs = 500;
/** Devices that no packet is sent to: simulated ones, and those whose name is not known yet. */
const noPackets: Way = { interface: '', gateway: null };
const noWayYet: Trial = { cause: 'interface', detail: 'This computer has no network that leads to them.', origin: '' };

export class Sight {
  readonly #parts: SightParts;
  readonly #gateways: GatewayWatch;
  readonly #members = new Map<number, Member>();
  readonly #groups = new Map<string, Group>();
  #view: NetworkView;
  /** When the network was last looked at, by both clocks. */
  #looked: Moment = { sentMs: -Infinity, sentAt: 0 };

  constructor(parts: SightParts) {
    this.#parts = parts;
    this.#view = parts.network.look();
    this.#gateways = new GatewayWatch(parts.clock, parts.ping, {
      onSilent: (gateway, silentSinceMs) => this.#gatewaySilent(gateway, silentSinceMs),
      onAnswer: gateway => this.#gatewayAnswers(gateway),
    });
  }

  stop(): void {
    this.#gateways.stop();
  }

  /** Takes a device up, or takes over its changed address or mark. */
  set(device: SeenDevice): void {
    const known = this.#members.get(device.id);
    if (known && known.ip === device.ip && known.pinged === device.pinged) {
      Object.assign(known, device);
      return;
    }
    this.remove(device.id);
    const way = this.#wayOf(device.ip);
    const group = this.#groupFor(way, way === null ? noWayYet : null);
    const member: Member = { ...device, group, heard: null };
    this.#members.set(device.id, member);
    group.members.add(member);
    if (group.blind) this.#blinded(group.blind, [member]);
  }

  remove(id: number): void {
    const member = this.#members.get(id);
    if (!member) return;
    this.#members.delete(id);
    const { group } = member;
    const { blind } = group;
    this.#leave(member);
    if (!blind) return;
    if (!this.#isHeld(blind)) this.#parts.onOver(blind);
    else if (!hasPinged(group)) this.#seeAgain(group);
  }

  /** Looks at this computer's network and at the gateways: call it often, it does its work once a second. */
  look(): void {
    const { clock, network } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#looked.sentMs < lookEveryMs) return;
    const view = network.look();
    if (view !== this.#view) {
      this.#view = view;
      this.#regroup();
    }
    this.#looked = this.#now();
    // Who was added without a way is given until now to answer all the same: systems tell of a new network with some delay.
    for (const group of this.#groups.values()) {
      if (!group.way && group.trial && !group.blind && !since(group.heard, nowMs - 2 * lookEveryMs)) this.#goBlind(group, group.trial, this.#looked);
    }
    this.#tryTheBlind(nowMs);
    this.#gateways.turn([...this.#groups.values()].flatMap(group => (group.members.size > 0 && group.way?.gateway ? [group.way.gateway] : [])));
  }

  /** Blindness ends with an answer: somebody is asked now and then, however seldom their turns come. */
  #tryTheBlind(nowMs: number): void {
    for (const group of this.#groups.values()) {
      if (!group.blind || !group.way || nowMs - group.askedMs < tryEveryMs) continue;
      group.askedMs = nowMs;
      this.#parts.ask(this.#heardLastIn(group, null));
    }
  }

  /** Why this device cannot be seen; null when it can. */
  blindnessOf(id: number): Blindness | null {
    return this.#members.get(id)?.group.blind ?? null;
  }

  /** The device answered what it was asked at that moment. */
  heard(id: number, moment: Moment): void {
    const member = this.#members.get(id);
    if (!member) return;
    if (later(moment, member.heard)) member.heard = moment;
    const { group } = member;
    group.answers.mark(moment.sentMs);
    if (!later(moment, group.heard)) return;
    group.heard = moment;
    if (group.blind || group.trial) this.#seeAgain(group);
  }

  /** Who should be asked now to speak for a silent device, besides its gateway, which is asked here. Nobody when something of its group has answered since, or is asked already. */
  witnessesFor(id: number, silence: Silence): number[] {
    const member = this.#members.get(id);
    const nowMs = this.#parts.clock.monotonicMs();
    if (!member || member.group.blind || nowMs < silence.countsFromMs || since(member.group.heard, silence.countsFromMs)) return [];
    const { group } = member;
    // Others are asked again for a later silence, but not before those who were asked could answer.
    if (group.askedMs >= silence.countsFromMs || nowMs - group.askedMs < witnessMs) return [];
    group.askedBeforeMs = group.askedMs;
    group.askedMs = nowMs;
    if (group.way?.gateway) this.#gateways.ask(group.way.gateway);
    const ownSite = this.#parts.siteOf(id);
    const bySite = new Map<string, Member>();
    for (const other of group.members) {
      if (other === member || !fellSilent(other, silence)) continue;
      const site = this.#parts.siteOf(other.id);
      const best = bySite.get(site);
      if ((other.canary || site !== ownSite) && (!best || preferred(other, best))) bySite.set(site, other);
    }
    return [...bySite.values()].sort((a, b) => (preferred(a, b) ? -1 : 1)).slice(0, mostWitnesses).map(witness => witness.id);
  }

  /** Whether others of the device's group were sent shortly before and shortly after that moment of the forward clock, or at it, and answered: then what the device lost, it lost alone. */
  answeredAround(id: number, ms: number): boolean {
    const answers = this.#members.get(id)?.group.answers;
    return answers !== undefined && answers.any(ms - aroundMs, ms) && answers.any(ms, ms + aroundMs);
  }

  /** Who should be asked at the same moment as the device, so that its loss can be told from everybody's. */
  companionsOf(id: number): number[] {
    const member = this.#members.get(id);
    return member ? this.#heardLastIn(member.group, member) : [];
  }

  #heardLastIn(group: Group, except: Member | null): number[] {
    // Thousands that fall silent together each look for theirs: the few are picked in one pass, without sorting the many.
    const best: Member[] = [];
    for (const other of group.members) {
      const last = best[mostCompanions - 1];
      if (other === except || !other.pinged || (other.heard === null && group.heard !== null) || (last && !preferred(other, last)) || this.#parts.isDead(other.id)) continue;
      const place = best.findIndex(kept => preferred(other, kept));
      best.splice(place < 0 ? best.length : place, 0, other);
      if (best.length > mostCompanions) best.pop();
    }
    return best.map(other => other.id);
  }

  /** Weighs what speaks for or against this console while the device is silent; may find that the device's whole group is blind, and says so. */
  weigh(id: number, silence: Silence): Evidence {
    const member = this.#members.get(id);
    if (!member) return 'alone';
    const { group } = member;
    if (group.blind) return 'blind';
    if (since(group.heard, silence.countsFromMs)) return 'sees';
    const blame = group.trial ?? this.#blame(member, silence);
    if (blame === 'doubt' || blame === null) return blame ?? 'alone';
    this.#goBlind(group, blame, blame.cause === 'gateway' && group.way?.gateway ? this.#gateways.heard(group.way.gateway) : null);
    return 'blind';
  }

  #blame(member: Member, silence: Silence): Blame | 'doubt' | null {
    const { group } = member;
    const nowMs = this.#parts.clock.monotonicMs();
    if (!group.way || group.way === noPackets || nowMs - group.aloneMs < aloneForMs) return null;
    const answeredForMs = nowMs - group.askedMs < witnessMs ? group.askedBeforeMs : group.askedMs;
    if (answeredForMs < silence.countsFromMs) return 'doubt';
    const gateway = group.way.gateway === null ? 'unknown' : this.#gateways.askedSince(group.way.gateway, silence.countsFromMs, group.heard?.sentMs ?? -Infinity);
    if (gateway === 'doubt') return 'doubt';
    if (gateway === 'silent') return { cause: 'gateway', detail: `The gateway ${group.way.gateway} does not answer, and nothing behind it does.` };
    // Of a group that has not been heard since the start, all were to be heard.
    const silent = [...group.members].filter(other => (group.heard === null ? other.pinged : fellSilent(other, silence)) && !this.#parts.isDead(other.id));
    const sites = new Set(silent.map(other => this.#parts.siteOf(other.id))).size;
    if (sites < fewestSites && !silent.some(other => other.canary && other !== member)) {
      group.aloneMs = nowMs;
      return null;
    }
    const still = gateway === 'answers' ? `; the gateway ${group.way.gateway} still answers` : '';
    const who = group.heard === null ? `None of the ${silent.length} devices behind ${nameOf(group.way)} has answered since the console started` : `All ${silent.length} devices that answered by way of ${nameOf(group.way)} fell silent at once`;
    return { cause: 'everything', detail: `${who}${still}.` };
  }

  /** A gateway that used to answer is silent: its groups are blind, unless something behind it has answered since. */
  #gatewaySilent(gateway: string, silentSinceMs: number): void {
    for (const group of this.#groups.values()) {
      if (group.way?.gateway !== gateway || group.blind || !hasPinged(group) || since(group.heard, silentSinceMs)) continue;
      this.#goBlind(group, { cause: 'gateway', detail: `The gateway ${gateway} does not answer, and nothing behind it does.` }, this.#gateways.heard(gateway));
    }
  }

  /** What was blamed on the gateway ends with it. */
  #gatewayAnswers(gateway: string): void {
    for (const group of [...this.#groups.values()]) {
      if (group.way?.gateway === gateway && group.blind?.cause === 'gateway' && !group.trial) this.#seeAgain(group);
    }
  }

  /** `seen`: when what it now lacks was last there. */
  #goBlind(group: Group, { cause, detail }: Blame, seen: Moment | null): void {
    const last = later(seen, group.heard) ? seen : group.heard;
    group.blind = { from: (last ?? group.born).sentAt, cause, detail, deviceIds: new Set() };
    this.#blinded(group.blind, [...group.members]);
  }

  #blinded(blind: Known, members: readonly Member[]): void {
    for (const { id } of members) blind.deviceIds.add(id);
    this.#parts.onBlind(blind, members.map(member => member.id));
  }

  #isHeld(blind: Known): boolean {
    return [...this.#groups.values()].some(group => group.blind === blind && group.members.size > 0);
  }

  #seeAgain(group: Group): void {
    const { blind } = group;
    group.blind = null;
    const ids = [...group.members].map(member => member.id);
    if (group.trial && group.way) {
      const proven = this.#groupFor(group.way, null);
      for (const member of [...group.members]) this.#move(member, proven);
    }
    if (!blind) return;
    this.#parts.onOver(blind);
    // Others cannot be seen for the same reason: for them it goes on, under a name of its own.
    const others = [...this.#groups.values()].filter(other => other.blind === blind && other.members.size > 0);
    const rest: Known = { ...blind, from: this.#parts.clock.now(), deviceIds: new Set() };
    for (const other of others) {
      other.blind = rest;
      this.#blinded(rest, [...other.members]);
    }
    this.#parts.onSight(ids);
  }

  /** The network changed: who has another way now moves there, and is on trial until it answers. Who has its old way again is as before. */
  #regroup(): void {
    for (const group of [...this.#groups.values()]) {
      const moved = new Map<Group, Member[]>();
      for (const member of group.members) {
        const way = this.#wayOf(member.ip);
        if (keyOf(way) === keyOf(group.way)) continue;
        // They answered by a way that the system had not told of yet: there is nothing to prove.
        const proven = (!group.way && !group.blind) || (way !== null && group.trial?.origin === keyOf(way));
        const target = this.#groupFor(way, proven ? null : (group.trial ?? this.#why(group.way, way)));
        moved.set(target, [...(moved.get(target) ?? []), member]);
      }
      for (const [target, members] of moved) this.#moveTogether(group, target, members);
    }
  }

  /** A blindness goes on by another way, or by none; by the old one it is over. */
  #moveTogether(from: Group, to: Group, members: readonly Member[]): void {
    const { blind, heard } = from;
    for (const member of members) this.#move(member, to);
    if (later(heard, to.heard)) to.heard = heard;
    if (later(to.born, from.born)) to.born = from.born;
    if (to.blind && to.blind !== blind) {
      this.#blinded(to.blind, members);
      if (blind && !this.#isHeld(blind)) this.#parts.onOver(blind);
    } else if (blind) to.blind = blind;
    else if (!to.way && to.trial) this.#goBlind(to, to.trial, this.#looked);
    // The old way is back, or nobody there is pinged, and would ever answer and end it.
    if (to.way && to.blind && to.blind === blind && (!to.trial || !hasPinged(to))) this.#seeAgain(to);
  }

  #move(member: Member, to: Group): void {
    this.#leave(member);
    member.group = to;
    to.members.add(member);
    if (!to.trial && later(member.heard, to.heard)) to.heard = member.heard;
  }

  #leave(member: Member): void {
    member.group.members.delete(member);
    if (member.group.members.size === 0) this.#groups.delete(member.group.key);
  }

  /** Why devices are reached by another way than before. */
  #why(before: Way | null, now: Way | null): Trial {
    const origin = keyOf(before);
    const name = before?.interface ?? '';
    const gone = before !== null && !this.#view.interfaces.some(each => each.name === name);
    if (gone && isTunnel(name)) return { origin, cause: 'vpn', detail: `The tunnel ${name} is gone.` };
    if (gone) return { origin, cause: 'interface', detail: `The network interface ${name} is gone or has no link.` };
    if (!now) return { origin, cause: 'gateway', detail: before?.gateway ? `The route by the gateway ${before.gateway} is gone.` : `The route by ${name || 'any interface'} is gone.` };
    return { origin, cause: 'gateway', detail: `The way changed from ${before ? nameOf(before) : 'none'} to ${nameOf(now)}, and nothing has answered by it yet.` };
  }

  #now(): Moment {
    return { sentMs: this.#parts.clock.monotonicMs(), sentAt: this.#parts.clock.now() };
  }

  #wayOf(ip: string | null): Way | null {
    return ip === null ? noPackets : wayTo(this.#view, ip);
  }

  #groupFor(way: Way | null, trial: Trial | null): Group {
    const key = `${keyOf(way)}${trial ? ` was ${trial.origin}: ${trial.cause}` : ''}`;
    const group = this.#groups.get(key) ?? { key, way, trial, members: new Set(), heard: null, born: this.#now(), answers: new AnswerTimes(), blind: null, askedMs: -Infinity, askedBeforeMs: -Infinity, aloneMs: -Infinity };
    this.#groups.set(key, group);
    return group;
  }
}

const keyOf = (way: Way | null): string => (way ? `${way.interface} ${way.gateway ?? ''}` : 'none');
const nameOf = (way: Way): string => (way.gateway ? `${way.interface} and the gateway ${way.gateway}` : way.interface);
const hasPinged = (group: Group): boolean => [...group.members].some(member => member.pinged);
const since = (heard: Moment | null, ms: number): boolean => heard !== null && heard.sentMs >= ms;
const later = (a: Moment | null, b: Moment | null): a is Moment => a !== null && (b === null || a.sentMs > b.sentMs);
/** It answered not long before; a canary may be asked as seldom as one likes. */
const fellSilent = ({ heard, canary }: Member, { sentMs }: Silence): boolean => heard !== null && (canary || sentMs - heard.sentMs <= latelyMs);
const preferred = (a: Member, b: Member): boolean => (a.canary === b.canary ? (a.heard?.sentMs ?? 0) > (b.heard?.sentMs ?? 0) : a.canary);
