import type Docker from "dockerode";
import { HarnessError } from "#core/errors";
import { unlessAlready } from "./replies.ts";

export interface Image {
  readonly name: string;
  /** The engine's id: what exactly ran. */
  readonly id: string;
}

/** The image behind a name, or `undefined` if the engine has none. */
export async function inspectImage(engine: Docker, name: string): Promise<Image | undefined> {
  let image: Image | undefined;
  const look = async () => {
    image = { name, id: (await engine.getImage(name).inspect()).Id };
  };
  await unlessAlready(look(), 404);
  return image;
}

export async function mustInspectImage(engine: Docker, name: string): Promise<Image> {
  const image = await inspectImage(engine, name);
  if (image === undefined) throw new HarnessError("image-build-failed", `${name} was made but is not there`);
  return image;
}
