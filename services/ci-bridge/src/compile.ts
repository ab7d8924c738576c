import { mkdir, realpath, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { isWithin, placeBelow, unpackTarGz } from '@srm/bridge/archive';
import { ArtifactRefused, addressOf, folderBpr, type Artifact, type Bpr } from './bpr.ts';
import { runCommand, type CommandEnd } from './command.ts';
import { codeOf, orNull, removeTree } from './durable.ts';
import { failed, succeeded, type Ending } from './ending.ts';
import { compileInputs, InputRefused, type CompileInputs, type Need } from './inputs.ts';
import { mark } from './kill-tree.ts';
import { plainLines, tellingLine } from './log-text.ts';
import { packTarGz, type PackItem } from './pack.ts';
import { refusedSource } from './roots.ts';
import { bprFolder, countEffect, type Running } from './running.ts';
import { copyTree, notSource, readTree, treeDigest } from './tree.ts';

export const built = ({ build }: CompileInputs, { digest, size }: Artifact, unchanged: boolean): Ending =>
  succeeded(
    [
      ['artifact', addressOf(build, digest)],
      ['size', String(size)],
    ],
    unchanged,
  );

const changed = (component: string): InputRefused => new InputRefused(`the source of ${component} changed since it was planned; ask again`);

async function takeSource({ source, revision, build }: CompileInputs, { request, signal }: Running, workspace: string): Promise<void> {
  const refused = await refusedSource(source, request.settings.roots);
  if (refused !== null) throw new InputRefused(refused);
  const tree = await readTree(source, notSource);
  if (tree.problems[0] !== undefined) throw new InputRefused(tree.problems[0]);
  await copyTree(tree, workspace, signal).catch((error: unknown) => {
    throw codeOf(error) === 'ENOENT' ? changed(build.component) : error;
  });
  // Of the copy: what is built is what was looked at, whatever happens to the source meanwhile.
  if ((await treeDigest(await readTree(workspace))) !== revision) throw changed(build.component);
}

async function takeNeed(bpr: Bpr, { name, path: at, build, digest }: Need, place: string, workspace: string): Promise<void> {
  const archive = path.join(place, `need-${name}.tar.gz`);
  await bpr.fetch(build, digest, archive);
  const into = await placeBelow(workspace, at);
  await removeTree(into);
  await unpackTarGz(createReadStream(archive), into);
}

function environment({ needs }: CompileInputs, { request, place }: Running, workspace: string): Readonly<Record<string, string>> {
  const { tools, path: outer } = request.settings;
  const ofNeeds = needs.flatMap(({ name, path: at, digest }) => {
    const prefix = `SRM_NEED_${name.toUpperCase().replaceAll('-', '_')}`;
    return [
      [`${prefix}_PATH`, path.join(workspace, at)],
      [`${prefix}_SHA256`, digest.slice('sha256:'.length)],
    ];
  });
  return {
    PATH: tools === null ? outer : `${path.join(tools, '.bin')}${path.delimiter}${outer}`,
    HOME: path.join(place, 'home'),
    TMPDIR: path.join(place, 'tmp'),
    LANG: 'C.UTF-8',
    CI: 'true',
    [mark]: request.job,
    ...Object.fromEntries(ofNeeds),
  };
}

const shown = (command: readonly string[]): string =>
  command.map((argument) => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : JSON.stringify(argument))).join(' ');

function failure(component: string, command: readonly string[], end: CommandEnd): Ending {
  const how = end.exitCode === null ? `was killed by ${end.signal}` : `ended with exit code ${end.exitCode}`;
  const line = tellingLine(plainLines(end.output)).slice(0, 300);
  const said = end.trouble ?? (line === '' ? how : `${how}: ${line}`);
  return {
    ...failed(`${component}: \`${shown(command).slice(0, 300)}\` ${end.trouble === null ? said : `failed: ${said}`}`, 'build', false),
    command,
    exitCode: end.exitCode,
    signal: end.signal,
  };
}

async function runAll(inputs: CompileInputs, running: Running, workspace: string): Promise<Ending | null> {
  const env = environment(inputs, running, workspace);
  for (const folder of [env['HOME'], env['TMPDIR']]) await mkdir(folder ?? '', { recursive: true });
  for (const [index, command] of inputs.run.entries()) {
    running.signal.throwIfAborted();
    running.progress(index, inputs.run.length, `command ${index + 1} of ${inputs.run.length}: ${shown(command).slice(0, 100)}`);
    running.log.write(`$ ${shown(command)}\n`);
    const end = await runCommand(command, { cwd: workspace, env, log: running.log, signal: running.signal });
    running.signal.throwIfAborted();
    if (end.trouble !== null) running.log.write(`${end.trouble}\n`);
    if (end.exitCode !== 0) return failure(inputs.build.component, command, end);
  }
  return null;
}

async function outputItems(workspace: string, output: string): Promise<readonly PackItem[]> {
  const folder = await orNull(realpath(path.join(workspace, output)));
  if (folder === null || !(await stat(folder)).isDirectory()) throw new InputRefused(`the build made no folder ${output} (build.output)`);
  if (!isWithin(workspace, folder)) throw new InputRefused(`${output} (build.output) is a link that leaves the component's folder`);
  const tree = await readTree(folder);
  if (tree.problems[0] !== undefined) throw new InputRefused(`in ${output} (build.output): ${tree.problems[0]}`);
  if (tree.entries.length === 0) throw new InputRefused(`${output} (build.output) is empty`);
  return tree.entries.map((entry) => ({ ...entry, from: entry.kind === 'file' ? path.join(folder, entry.name) : null }));
}

const otherBytes = ({ build: { component, buildId } }: CompileInputs, now: string, before: string): string =>
  `${component}: built again by force, build ${buildId.slice(0, 12)} has other bytes (${now}) than when it was published (${before}); what is published never changes, so that one stays: make the build reproducible, or change the source`;

async function publish(bpr: Bpr, inputs: CompileInputs, archive: string, artifact: Artifact, { log }: Running): Promise<Ending> {
  const { digest } = artifact;
  try {
    await bpr.put(inputs.build, archive, artifact);
    return built(inputs, artifact, false);
  } catch (error) {
    const there = error instanceof ArtifactRefused ? await bpr.find(inputs.build) : null;
    if (there === null) throw error;
    if (inputs.force) return failed(otherBytes(inputs, digest, there.digest), 'not-reproducible', false);
    log.write(`another build of the same sources was published before this one, with other bytes: that one counts\n`);
    return built(inputs, there, true);
  }
}

/** Builds a component in a workspace of its own and publishes what it made. Rejects with InputRefused, ArtifactRefused, ArchiveRefused, or with the signal's reason. */
export async function compile(running: Running): Promise<Ending> {
  const inputs = compileInputs(running.request.inputs);
  const { settings } = running.request;
  const bpr = folderBpr(bprFolder(settings.folder), running.now);
  const there = await bpr.take(inputs.build);
  if (there !== null && !inputs.force) return built(inputs, there, true);
  running.progress(null, null, 'copies the source');
  const named = path.join(running.place, 'source');
  await mkdir(named, { recursive: true });
  const workspace = await realpath(named);
  await takeSource(inputs, running, workspace);
  for (const need of inputs.needs) await takeNeed(bpr, need, running.place, workspace);
  const ended = await runAll(inputs, running, workspace);
  if (ended !== null) return ended;
  running.progress(inputs.run.length, inputs.run.length, 'publishes the artifact');
  const archive = path.join(running.place, 'artifact.tar.gz');
  const { digest, size } = await packTarGz(await outputItems(workspace, inputs.output), archive);
  running.signal.throwIfAborted();
  const ending = await publish(bpr, inputs, archive, { digest, size, output: inputs.output }, running);
  await countEffect(settings, 'compile', `${inputs.build.product}/${inputs.build.component}`, inputs.build.buildId, running.request.job);
  return ending;
}
