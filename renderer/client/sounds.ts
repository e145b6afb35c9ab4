/** Short sounds made on the spot: no files. */

const sounds = ['chime', 'alarm', 'siren'] as const;
type Sound = (typeof sounds)[number];

/** `hz` glides to `toHz` where that is given; times in seconds from the beginning. */
type Tone = { readonly at: number; readonly forS: number; readonly hz: number; readonly toHz?: number; readonly shape: OscillatorType; readonly loudness: number };

const tones: Readonly<Record<Sound, readonly Tone[]>> = {
  chime: [
    { at: 0, forS: 0.5, hz: 660, shape: 'sine', loudness: 0.25 },
    { at: 0.18, forS: 0.7, hz: 880, shape: 'sine', loudness: 0.25 },
  ],
  alarm: [0, 0.3, 0.6, 0.9].map(at => ({ at, forS: 0.18, hz: 880, shape: 'square', loudness: 0.12 }) as const),
  siren: [0, 0.9, 1.8].flatMap(at => [
    { at, forS: 0.45, hz: 520, toHz: 1_040, shape: 'sawtooth', loudness: 0.12 } as const,
    { at: at + 0.45, forS: 0.45, hz: 1_040, toHz: 520, shape: 'sawtooth', loudness: 0.12 } as const,
  ]),
};

let context: AudioContext | null = null;

/** Plays it; false where the browser does not let a page be heard before it was clicked on. An unknown name is the chime. */
export async function playSound(name: string | null): Promise<boolean> {
  const sound = sounds.find(each => each === name) ?? 'chime';
  context ??= new AudioContext();
  const { currentTime: now } = context;
  // Refused, it neither fails nor ends: it waits for a click that may come in an hour.
  const running = await Promise.race([context.resume().then(() => true), new Promise<boolean>(resolve => setTimeout(() => resolve(false), 500))]);
  if (!running || context.state !== 'running') return false;
  for (const tone of tones[sound]) schedule(context, tone, Math.max(now, context.currentTime) + 0.02);
  return true;
}

function schedule(audio: AudioContext, tone: Tone, start: number): void {
  const from = start + tone.at;
  const to = from + tone.forS;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = tone.shape;
  oscillator.frequency.setValueAtTime(tone.hz, from);
  if (tone.toHz !== undefined) oscillator.frequency.linearRampToValueAtTime(tone.toHz, to);
  // Without a rise and a fall it clicks.
  gain.gain.setValueAtTime(0, from);
  gain.gain.linearRampToValueAtTime(tone.loudness, from + 0.015);
  gain.gain.setValueAtTime(tone.loudness, Math.max(from + 0.015, to - 0.08));
  gain.gain.linearRampToValueAtTime(0, to);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(from);
  oscillator.stop(to);
}
