const urlModule = () => ({});
