const bufferModule = () => ({});
