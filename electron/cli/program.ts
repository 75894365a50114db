import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { AppError } from '../../shared/errors.ts';
import { programVersion } from '../program-files.ts';
import { asAppError, EXIT, errorDocument, errorLines, exitCodeOf } from './errors.ts';
import { ProgressLine } from './progress-line.ts';
import { Session } from './session.ts';
import { printable } from './table.ts';
import { TypedInteger } from './typed.ts';
import type { Answer, Positional, Verb } from './verb.ts';
import { VERBS } from './verbs/verbs.ts';

/** Where a run reads from and writes to; a test gives its own. */
export interface Surroundings {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: NodeJS.ProcessEnv;
}

interface GlobalOptions {
  readonly workspace: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly seed?: string;
}

const SAME_SIGNAL_MS = 300;

const camelCase = (text: string): string => text.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const nameOf = ({ syntax }: Positional): string => camelCase(syntax.replace(/[<>[\].]/g, ''));

/** Runs one command line and answers its exit code. Everything it prints is flushed when it resolves. */
export async function runCommandLine(args: readonly string[], around: Surroundings): Promise<number> {
  return new CommandLine(around, args.includes('--json')).run(args);
}

class CommandLine {
  readonly #around: Surroundings;
  readonly #isJson: boolean;
  #session: Session | undefined;
  #exitCode: number = EXIT.done;
  #isOver = false;
  #interruptedAt = Number.NEGATIVE_INFINITY;

  constructor(around: Surroundings, isJson: boolean) {
    this.#around = around;
    this.#isJson = isJson;
  }

  async run(args: readonly string[]): Promise<number> {
    // Kept to the end of the process: a signal while the last lines are written must not cut them off.
    const stop = () => this.#interrupted();
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    try {
      await this.#program().parseAsync([...args], { from: 'user' });
    } catch (error) {
      this.#fail(error);
    } finally {
      await this.#session?.close().catch((error: unknown) => this.#fail(error));
      this.#isOver = true;
    }
    return this.#exitCode;
  }

  #program(): Command {
    const program = new Command('drydock')
      .description('From a dataset to a verified, watched model, on this machine.')
      .version(programVersion())
      .option(
        '--workspace <dir>',
        'workspace folder',
        this.#around.environment.DRYDOCK_WORKSPACE ?? './drydock-workspace',
      )
      .option('--json', 'one JSON document on stdout', false)
      .option('--quiet', 'no progress', false)
      .option('--seed <number>', 'makes every stochastic verb repeatable')
      .helpCommand(false)
      .addHelpText(
        'after',
        '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 done and the answer is "no", 130 cancelled.',
      );
    this.#speak(program);
    for (const verb of VERBS) this.#add(program, verb);
    return program;
  }

  /** Errors and help go where this run writes, and never end the process. */
  #speak(command: Command): Command {
    return command.exitOverride().configureOutput({
      writeOut: (text) => this.#around.stdout.write(text),
      writeErr: (text) => (this.#isJson ? undefined : this.#around.stderr.write(text)),
    });
  }

  #add(program: Command, verb: Verb): void {
    const words = verb.name.split(' ');
    let command = program;
    for (const word of words) {
      const existing = command.commands.find((candidate) => candidate.name() === word);
      command = existing ?? this.#speak(command.command(word));
      if (existing === undefined && word !== words.at(-1))
        command.description(`${verb.name.split(' ')[0]} of a dataset`);
    }
    command.description(verb.summary);
    for (const { syntax, description } of verb.positionals) command.argument(syntax, description);
    for (const { flags, description } of verb.options) command.option(flags, description);
    command.action(async (...given: unknown[]) => {
      const positionals = Object.fromEntries(
        verb.positionals.map((positional, index) => [nameOf(positional), given[index]]),
      );
      await this.#answer(verb, { ...command.opts(), ...positionals }, program.opts<GlobalOptions>());
    });
  }

  async #answer(verb: Verb, typed: unknown, { workspace, json, quiet, seed }: GlobalOptions): Promise<void> {
    const { stdout, stderr } = this.#around;
    this.#session = new Session({
      workspace: resolve(workspace),
      isJson: json,
      isQuiet: quiet,
      seed: seed === undefined ? undefined : TypedInteger.parse(seed),
      progress: new ProgressLine(stderr, quiet),
      print: (text) => stdout.write(`${printable(text)}\n`),
    });
    const answer = await verb.answer(typed, this.#session);
    this.#print(answer, json);
    this.#exitCode = answer.isNo === true ? EXIT.no : EXIT.done;
  }

  #print({ document, text }: Answer, isJson: boolean): void {
    const { stdout } = this.#around;
    if (!isJson) stdout.write(`${printable(text)}\n`);
    else if (document !== undefined) stdout.write(`${JSON.stringify(document)}\n`);
  }

  #fail(error: unknown): void {
    const { stdout, stderr } = this.#around;
    if (error instanceof CommanderError) {
      const isHelp = error.exitCode === 0;
      this.#exitCode = isHelp ? EXIT.done : EXIT.usage;
      if (isHelp || !this.#isJson) return;
      const usage = new AppError('INVALID_ARGUMENT', {
        message: error.message.replace(/^error: /, ''),
        remedy: 'See `drydock --help`.',
      });
      stdout.write(`${JSON.stringify(errorDocument(usage))}\n`);
      return;
    }
    const appError = this.#session?.lost() ?? asAppError(error);
    this.#exitCode = exitCodeOf(appError);
    if (this.#isJson) stdout.write(`${JSON.stringify(errorDocument(appError))}\n`);
    else stderr.write(`${printable(errorLines(appError))}\n`);
  }

  /**
   * The first signal cancels what runs and lets it end; a second one ends the process. One Ctrl-C can arrive twice, from
   * the terminal and passed on by the launcher: what follows within a moment is the same one.
   */
  #interrupted(): void {
    const now = performance.now();
    if (this.#isOver || now - this.#interruptedAt < SAME_SIGNAL_MS) return;
    this.#interruptedAt = now;
    if (this.#session === undefined || this.#session.isInterrupted) process.exit(EXIT.cancelled);
    this.#session.interrupt().catch((error: unknown) => {
      this.#fail(error);
      process.exit(EXIT.cancelled);
    });
  }
}
