export async function seedTemplate(url: string, files: string) {}
