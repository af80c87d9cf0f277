const cryptoModule = () => ({});
