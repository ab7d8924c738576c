import chalk from 'chalk';
import { createLogUpdate } from 'log-update';

/** Where a picture is shown. Live: drawn over the last one; otherwise lines only. */
export interface Screen {
  readonly live: boolean;
  readonly width: number;
  readonly height: number;
  draw(text: string): void;
  /** Lines that stay, above whatever is drawn next. */
  print(text: string): void;
  /** What is drawn stays as it is. */
  keep(): void;
}

type Stream = NodeJS.WriteStream;

/** A terminal is redrawn in place, anything else gets lines. Colours only where the terminal has them. */
export function screenOn(stream: Stream): Screen {
  const print = (text: string): void => void stream.write(`${painted(text)}\n`);
  const sized = stream.columns > 0 && stream.rows > 2;
  if (!stream.isTTY || !sized) return { live: false, width: 200, height: Infinity, draw: () => {}, print, keep: () => {} };
  const log = createLogUpdate(stream);
  return {
    live: true,
    get width() {
      return stream.columns;
    },
    get height() {
      return stream.rows - 1;
    },
    draw: (text) => log(painted(text)),
    // Written past log-update, which would cut it to the height of the terminal.
    print: (text) => {
      log.clear();
      print(text);
    },
    keep: () => log.done(),
  };
}

const colours: readonly (readonly [RegExp, (text: string) => string])[] = [
  [/^\s*[✔]/u, chalk.green],
  [/^\s*[✖]/u, chalk.red],
  [/^\s*[◐◓◑◒]/u, chalk.cyan],
  [/^\s*[○⊘]/u, chalk.dim],
  [/^\s*[↶↻◷]/u, chalk.yellow],
];

/** The sign that a line begins with, coloured; an undo and an address in it, too. */
export const painted = (text: string): string =>
  text
    .split('\n')
    .map((line) => {
      const [sign, paint] = colours.find(([pattern]) => pattern.test(line)) ?? [null, null];
      const signed = sign === null ? line : line.replace(sign, (text) => paint(text));
      return signed.replace(/ {2}↶ .*$/u, (undo) => chalk.yellow(undo)).replace(/https?:\/\/[\w.:/-]+/g, (url) => chalk.underline(url));
    })
    .join('\n');
