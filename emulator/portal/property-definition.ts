export type PropertyOption = {
  readonly label: string;
  readonly value: string;
  readonly description?: string | undefined;
  readonly displayOrder: number;
  readonly hidden: boolean;
};

export type PropertyDefinition = {
  readonly name: string;
  label: string;
  description: string;
  groupName: string;
  type: string;
  fieldType: string;
  options: readonly PropertyOption[];
  displayOrder: number;
  hidden: boolean;
  formField: boolean;
  readonly hasUniqueValue: boolean;
  readonly hubspotDefined: boolean;
  readonly calculated: boolean;
  readonly readOnlyValue: boolean;
  readonly createdAt: number | undefined;
  updatedAt: number | undefined;
};

export type PropertyGroup = { readonly name: string; readonly label: string; readonly displayOrder: number };
