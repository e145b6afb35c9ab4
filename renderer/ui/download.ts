/** Offers a file for saving. */
export function download(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  // The browser reads the file after this task; revoking at once would cancel the download.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
