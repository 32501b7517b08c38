// Photos are made smaller before they leave the phone: over a poor line the words of an entry wait for them.
// What cannot be made smaller here goes as it is; the server draws each one anew in any case (lib/uploads.py).

const LONGEST = 2048; // pixels: no more is kept
const SMALL = 600_000; // bytes: below that there is little to win
const QUALITY = 0.9;

function canvasOf(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // a JPEG has nothing see-through
  pen.fillRect(0, 0, width, height);
  return [canvas, pen];
}

// Some browsers hide what they are by giving back other pixels than were drawn. A photo must not pass through there.
function givesBackWhatWasDrawn() {
  const [, pen] = canvasOf(8, 8);
  pen.fillStyle = "#123456";
  pen.fillRect(0, 0, 8, 8);
  const { data } = pen.getImageData(0, 0, 8, 8);
  return data.every((value, place) => value === [0x12, 0x34, 0x56, 0xff][place % 4]);
}

async function smaller(file) {
  if (file.size < SMALL) return file;
  try {
    const picture = await createImageBitmap(file); // upright, as the camera noted
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const [canvas, pen] = canvasOf(Math.round(picture.width * scale), Math.round(picture.height * scale));
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: blob.type }) : file;
  } catch {
    return file;
  }
}

let times = 0; // that photos were chosen

// Put smaller copies of the photos that were chosen in their place.
export async function makeSmaller(input) {
  const mine = (times += 1);
  const chosen = [...input.files];
  if (!chosen.length || !givesBackWhatWasDrawn()) return;
  const small = new DataTransfer();
  for (const file of chosen) small.items.add(await smaller(file));
  if (mine === times) input.files = small.files;
}
